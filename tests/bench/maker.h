/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a big made-up domain, for the benchmarks: what make_evidence.c (accounts and groups) and make_objects.c (everything
 * else) share. The same arguments give the same file but for the clock. */
#ifndef BENCH_MAKER_H
#define BENCH_MAKER_H

#include "audit/base/sid.h"
#include "audit/evidence/store.h"

#define SID_PREFIX "S-1-5-21-10-20-30"
#define BASE       "DC=bench,DC=example"
#define SERVER     "dc1.bench.example"

#define WARD_COUNT   40
#define DEVICE_COUNT 20
#define GROUP_COUNT  500

/* Kinds of objects, so that each has its own GUIDs. */
enum made {
    MADE_USER = 1,
    MADE_COMPUTER,
    MADE_GROUP,
    MADE_UNIT,
    MADE_POLICY,
    MADE_TEMPLATE,
    MADE_PSO,
    MADE_CONTAINER,
    MADE_DOMAIN,
    MADE_CONTROLLER,
    MADE_GMSA,
    MADE_OTHER
};

struct maker {
    struct store *store;
    struct err err;
    enum rc rc; /* the first failure; then nothing more is put */
    filetime now;
    uint64_t random;
};

uint64_t next_random(struct maker *m);
filetime days_ago(const struct maker *m, uint64_t days);
void put(struct maker *m, const struct row *row);

/* A GUID that scatters as real ones do, and is the same for the same number. buf takes GUID_TEXT_MAX; returned. */
const char *guid(char *buf, enum made kind, uint32_t n);

/* The descriptor of an object with the rights that Windows grants by default, and now and then one more. */
void put_descriptor(struct maker *m, const char *object, const char *dn, const char *class,
                    const char *owner);
void put_right(struct maker *m, const char *object, const char *trustee, const char *right,
               bool inherited);

/* What a policy's files hold, and the filter of the policy: n from 0. */
void put_policy_files(struct maker *m, const char *policy, uint32_t n);

/* Domain, forest, sites, organizational units, policies, PSOs, trusts, certificates, root keys. */
void put_objects(struct maker *m);

#endif
