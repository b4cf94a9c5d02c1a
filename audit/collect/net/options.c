/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/options.h"

#include <string.h>

#include "audit/base/num.h"

static const char *const names[] = {
#define NET_SOURCE_NAME(name, word) word,
    NET_SOURCES(NET_SOURCE_NAME)
#undef NET_SOURCE_NAME
};

const char *net_source_name(enum net_source source)
{
    return names[source];
}

/* All values of a key that holds ports, each once. */
static enum rc ports(const struct task *task, const char *key, uint16_t *ret, size_t *ret_count,
                     struct err *err)
{
    const char *text = NULL;
    size_t count = 0;
    for (size_t i = 0; (text = task_get_nth(task, key, i)) != NULL; i++) {
        uint32_t port = 0;
        size_t k = 0;
        if (!num_u32(text, strlen(text), &port) || port == 0 || port > 65535) {
            return err_setf(err, RC_USAGE, "%s is \"%s\": give a port from 1 to 65535", key, text);
        }
        while (k < count && ret[k] != port) {
            k++;
        }
        if (k == NET_PORTS_MAX) {
            return err_setf(err, RC_USAGE, "more than %d values of %s", NET_PORTS_MAX, key);
        }
        ret[k] = (uint16_t)port;
        count += k == count;
    }
    *ret_count = count;
    return RC_OK;
}

static enum rc read_sources(const struct task *task, struct net_options *o, struct err *err)
{
    size_t given = 0;
    TRY(task_get_words(task, "source", names, NET_SOURCE_COUNT, o->wants, &given, err));
    return given > 0 ? RC_OK : err_setf(err, RC_USAGE, "no source is asked for");
}

static enum rc read_excluded(const struct task *task, struct net_options *o, struct err *err)
{
    const char *text = NULL;
    for (size_t i = 0; (text = task_get_nth(task, "exclude", i)) != NULL; i++) {
        if (i == NET_EXCLUDE_MAX) {
            return err_setf(err, RC_USAGE, "more than %d values of exclude", NET_EXCLUDE_MAX);
        }
        if (!ip_range_parse(text, &o->excluded[o->excluded_count++])) {
            return err_setf(err, RC_USAGE, "exclude is \"%s\": give FIRST-LAST", text);
        }
    }
    return RC_OK;
}

enum rc net_options_from_task(const struct task *task, struct net_options *ret, struct err *err)
{
    static const uint16_t usual[] = { 445, 3389, 5985, 5986, 22, 23 };
    struct net_options o = { 0 };
    TRY(read_sources(task, &o, err));
    TRY(ports(task, "port", o.ports, &o.port_count, err));
    TRY(ports(task, "rdp_port", o.rdp_ports, &o.rdp_port_count, err));
    TRY(read_excluded(task, &o, err));
    if (o.port_count == 0) {
        memcpy(o.ports, usual, sizeof(usual));
        o.port_count = ARRAY_LEN(usual);
    }
    TRY(task_get_number(task, "connect_timeout_ms", 2000, 10, 60000, &o.connect_timeout_ms, err));
    TRY(task_get_number(task, "answer_timeout_ms", 5000, 10, 60000, &o.answer_timeout_ms, err));
    TRY(task_get_number(task, "host_deadline_s", 20, 1, 600, &o.host_deadline_s, err));
    TRY(task_get_number(task, "rate", 1000, 0, 1000000, &o.rate, err));
    TRY(task_get_number(task, "concurrency", 1000, 1, 60000, &o.concurrency, err));
    TRY(task_get_number(task, "retries", 0, 0, 5, &o.retries, err));
    const char *now = task_get(task, "now");
    if (now && (!num_i64(now, strlen(now), &o.now) || o.now < 0)) {
        return err_setf(err, RC_USAGE, "now is \"%s\": give a filetime", now);
    }
    if (!now) {
        o.now = filetime_now();
    }
    *ret = o;
    return RC_OK;
}
