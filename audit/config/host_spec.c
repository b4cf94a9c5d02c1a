/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/config/host_spec.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"

static enum rc check_range(struct host_spec *s, struct err *err)
{
    uint64_t n = ip_count(&s->first, &s->last);
    if (n == 0) {
        return err_setf(err, RC_USAGE, "\"%s\" ends before it begins", s->text);
    }
    if (n > HOST_RANGE_MOST) {
        return err_setf(
            err, RC_USAGE,
            "\"%s\" has more than %u addresses: name smaller ranges, those that are used", s->text,
            HOST_RANGE_MOST);
    }
    s->kind = n == 1 ? HOST_SPEC_ADDRESS : HOST_SPEC_RANGE;
    return RC_OK;
}

static void mask_network(struct host_spec *s, uint32_t prefix)
{
    s->last = s->first;
    for (uint32_t bit = prefix; bit < s->first.size * 8U; bit++) {
        uint8_t mask = (uint8_t)(0x80U >> bit % 8);
        s->first.bytes[bit / 8] &= (uint8_t)~mask;
        s->last.bytes[bit / 8] |= mask;
    }
    if (s->first.size == 4 && prefix < 31) {
        s->first.bytes[3]++; /* the network itself, and its broadcast address, are no hosts */
        s->last.bytes[3]--;
    }
}

static enum rc parse_network(const char *text, const char *slash, struct host_spec *ret,
                             struct err *err)
{
    char head[IP_TEXT_MAX] = "";
    uint32_t prefix = 0;
    size_t n = (size_t)(slash - text);
    if (n < sizeof(head)) {
        memcpy(head, text, n);
    }
    if (!ip_parse(head, &ret->first) || !num_u32(slash + 1, strlen(slash + 1), &prefix) ||
        prefix > ret->first.size * 8U) {
        return err_setf(err, RC_USAGE, "\"%s\" is not a network such as 192.0.2.0/24", text);
    }
    if (ret->first.size * 8U - prefix > 16) {
        return err_setf(
            err, RC_USAGE,
            "\"%s\" has more than %u addresses: name smaller ranges, those that are used", text,
            HOST_RANGE_MOST);
    }
    mask_network(ret, prefix);
    return check_range(ret, err);
}

/* Behind the hyphen stands an address, or the last number of an IPv4 one. */
static bool parse_ends(const char *text, const char *hyphen, struct host_spec *ret)
{
    char head[IP_TEXT_MAX] = "";
    uint32_t number = 0;
    size_t n = (size_t)(hyphen - text);
    if (n >= sizeof(head)) {
        return false;
    }
    memcpy(head, text, n);
    if (!ip_parse(head, &ret->first)) {
        return false;
    }
    if (ip_parse(hyphen + 1, &ret->last)) {
        return ret->first.size == ret->last.size;
    }
    ret->last = ret->first;
    if (ret->first.size != 4 || !num_u32(hyphen + 1, strlen(hyphen + 1), &number) || number > 255) {
        return false;
    }
    ret->last.bytes[3] = (uint8_t)number;
    return true;
}

static bool is_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
    bool is_number = strspn(s, "0123456789.-") == strlen(s); /* a mistyped address or range */
    return s[0] != '\0' && s[n] == '\0' && n <= 253 && s[0] != '-' && s[0] != '.' && !is_number;
}

enum rc host_spec_parse(const char *text, struct host_spec *ret, struct err *err)
{
    *ret = (struct host_spec){ .kind = HOST_SPEC_NAME, .text = text };
    const char *slash = strchr(text, '/'), *hyphen = strchr(text, '-');
    if (ip_parse(text, &ret->first)) {
        ret->last = ret->first;
        ret->kind = HOST_SPEC_ADDRESS;
        return RC_OK;
    }
    if (slash) {
        return parse_network(text, slash, ret, err);
    }
    if (hyphen && parse_ends(text, hyphen, ret)) {
        return check_range(ret, err);
    }
    if (is_name(text)) {
        return RC_OK;
    }
    return err_setf(
        err, RC_USAGE,
        "\"%s\" is neither a host name, nor an address, nor a range such as 192.0.2.0/24 or "
        "192.0.2.10-192.0.2.40",
        text);
}

bool host_spec_covers(const struct host_spec *spec, const char *name,
                      const struct ip_address *address)
{
    if (spec->kind == HOST_SPEC_NAME) {
        return name && strcasecmp(spec->text, name) == 0;
    }
    return address && ip_compare(&spec->first, address) <= 0 &&
           ip_compare(address, &spec->last) <= 0;
}
