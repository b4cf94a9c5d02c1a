/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the values of a site file are taken: every mistake is kept with its place, and loading goes on. Private to config/. */
#ifndef CONFIG_SITE_TAKE_H
#define CONFIG_SITE_TAKE_H

#include "audit/base/wr.h"
#include "audit/config/site.h"
#include "audit/yaml/yaml_tree.h"

struct site_loader {
    struct arena *arena;
    struct site *site;
    struct wr mistakes;
    bool is_wrong;
};

/* What a map may hold: the key, and the function that takes its value. */
struct site_key {
    const char *name;
    bool must;
    void (*take)(struct site_loader *l, const struct yaml_node *value);
};

void site_mistake(struct site_loader *l, unsigned line, unsigned column, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
void site_take_map(struct site_loader *l, const struct yaml_node *map, const char *what,
                   const struct site_key *keys, size_t count);
/* NULL after a mistake. */
const char *site_take_text(struct site_loader *l, const struct yaml_node *value);
/* The least value after a mistake. */
uint32_t site_take_number(struct site_loader *l, const struct yaml_node *value, uint32_t least,
                          uint32_t most);
bool site_take_bool(struct site_loader *l, const struct yaml_node *value);
/* A path of the site file: relative ones count from the folder that the site file is in. */
const char *site_take_path(struct site_loader *l, const struct yaml_node *value);
/* Index of the word in words (NULL at the end); 0 after a mistake. */
int site_take_word(struct site_loader *l, const struct yaml_node *value, const char *const *words);
/* Letters, digits, hyphen and dot for names; for addresses colon and percent too. */
bool site_is_host(const char *s, bool address);

/* site_named.c: the keys "groups" and "accounts". */
void site_take_groups(struct site_loader *l, const struct yaml_node *value);
void site_take_accounts(struct site_loader *l, const struct yaml_node *value);

/* site_hosts.c: the key "hosts", and its limits. */
void site_take_hosts(struct site_loader *l, const struct yaml_node *value);
void site_take_hosts_parallel(struct site_loader *l, const struct yaml_node *value);
void site_take_host_deadline(struct site_loader *l, const struct yaml_node *value);
void site_take_connect_timeout(struct site_loader *l, const struct yaml_node *value);
void site_take_connect_rate(struct site_loader *l, const struct yaml_node *value);

#endif
