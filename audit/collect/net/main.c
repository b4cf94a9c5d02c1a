/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori-net: looks at the TCP ports of many hosts without any credential, and speaks with the services that it finds up to the
 * point where a login would begin. */
#include <ares.h>
#include <openssl/crypto.h>
#include <stdio.h>

#include "audit/collect/net/engine.h"

/* DNS and what the sources ask of every host; the rest comes with the task. */
static const uint16_t ports[] = { 53, 22, 23, 389, 445, 636, 3268, 3389, 5985, 5986, 0 };
static const char *const port_parameters[] = { "port", "rdp_port", "allow_port", NULL };

static struct net_options options;
static struct resolver *resolver;

/* What reads files (resolver configuration, OpenSSL) happens before the sandbox closes. */
static enum rc prepare(struct worker *w, const struct task *task, struct err *err)
{
    (void)w;
    TRY(net_options_from_task(task, &options, err));
    TRY(tls_prepare(err));
    return resolver_new(&resolver, err);
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    struct host_list list;
    (void)task;
    TRY(hosts_read(worker_artifact(w), &list, err));
    enum rc rc = engine_run(&options, &list, resolver, w, err);
    resolver_free(resolver);
    hosts_done(&list);
    return rc;
}

int main(int argc, char **argv)
{
    char version[160];
    (void)snprintf(version, sizeof(version), "%s, OpenSSL %s, c-ares %s", KAGIMORI_VERSION,
                   OpenSSL_version(OPENSSL_VERSION_STRING), ares_version(NULL));
    const struct worker_role role = { .name = "kagimori-net",
                                      .version = version,
                                      .sandbox = WORKER_SANDBOX_COLLECTOR,
                                      .ports = ports,
                                      .port_parameters = port_parameters,
                                      .open_files = 4096,
                                      .prepare = prepare,
                                      .run = run };
    return worker_main(argc, argv, &role);
}
