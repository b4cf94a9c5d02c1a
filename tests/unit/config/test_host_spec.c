/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/config/host_spec.h"
#include "tests/support/t.h"

static struct err err;

static void range_is(const char *text, const char *first, const char *last, uint64_t count)
{
    struct host_spec s;
    char buf[IP_TEXT_MAX];
    T_EQ_I(host_spec_parse(text, &s, &err), RC_OK);
    T_EQ_S(ip_text(&s.first, buf), first);
    T_EQ_S(ip_text(&s.last, buf), last);
    T_EQ_I(ip_count(&s.first, &s.last), count);
    T_EQ_I(s.kind, count == 1 ? HOST_SPEC_ADDRESS : HOST_SPEC_RANGE);
}

static void understands_addresses_and_ranges(void)
{
    range_is("192.0.2.10", "192.0.2.10", "192.0.2.10", 1);
    range_is("2001:db8::1", "2001:db8::1", "2001:db8::1", 1);
    range_is("192.0.2.0/24", "192.0.2.1", "192.0.2.254", 254);
    range_is("192.0.2.77/24", "192.0.2.1", "192.0.2.254", 254);
    range_is("192.0.2.8/31", "192.0.2.8", "192.0.2.9", 2);
    range_is("192.0.2.8/32", "192.0.2.8", "192.0.2.8", 1);
    range_is("10.0.0.0/16", "10.0.0.1", "10.0.255.254", 65534);
    range_is("192.0.2.10-192.0.3.10", "192.0.2.10", "192.0.3.10", 257);
    range_is("192.0.2.10-40", "192.0.2.10", "192.0.2.40", 31);
    range_is("2001:db8::/112", "2001:db8::", "2001:db8::ffff", 65536);
}

static void refuses_what_it_cannot_mean(void)
{
    static const char *const wrong[] = { "",
                                         " ",
                                         "192.0.2.256",
                                         "192.0.2",
                                         "192.0.2.0/33",
                                         "192.0.2.0/",
                                         "192.0.2.0/x",
                                         "10.0.0.0/8",
                                         "2001:db8::/64",
                                         "192.0.2.40-192.0.2.10",
                                         "192.0.2.10-2001:db8::1",
                                         "192.0.2.1-300",
                                         "-x",
                                         ".x",
                                         "a b",
                                         "ldap://x",
                                         "x;y",
                                         "10.0.0.0-10.255.255.255",
                                         "12345" };
    struct host_spec s;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        if (host_spec_parse(wrong[i], &s, &err) != RC_USAGE) {
            T_EQ_S(wrong[i], "refused");
        }
    }
}

static void takes_names_with_hyphens_for_names(void)
{
    struct host_spec s;
    T_EQ_I(host_spec_parse("WS-W10-01", &s, &err), RC_OK);
    T_EQ_I(s.kind, HOST_SPEC_NAME);
    T_EQ_I(host_spec_parse("10-20.example", &s, &err), RC_OK);
    T_EQ_I(s.kind, HOST_SPEC_NAME);
    T_OK(host_spec_covers(&s, "10-20.EXAMPLE", NULL));
    T_OK(!host_spec_covers(&s, "other.example", NULL));
    T_OK(!host_spec_covers(&s, NULL, NULL));
}

static void covers_by_address(void)
{
    struct host_spec s;
    struct ip_address in, out, six;
    T_OK(ip_parse("192.0.2.40", &in) && ip_parse("192.0.2.41", &out) && ip_parse("::1", &six));
    T_EQ_I(host_spec_parse("192.0.2.10-40", &s, &err), RC_OK);
    T_OK(host_spec_covers(&s, "name", &in));
    T_OK(!host_spec_covers(&s, "name", &out));
    T_OK(!host_spec_covers(&s, "name", &six));
    T_OK(!host_spec_covers(&s, "192.0.2.40", NULL));
}

static void counts_to_the_end_of_a_family(void)
{
    struct ip_address a, b;
    char buf[IP_TEXT_MAX];
    T_OK(ip_parse("192.0.2.255", &a));
    T_OK(ip_next(&a));
    T_EQ_S(ip_text(&a, buf), "192.0.3.0");
    T_OK(ip_parse("255.255.255.255", &a));
    T_OK(!ip_next(&a));
    T_OK(ip_parse("::", &a) && ip_parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", &b));
    T_EQ_I(ip_count(&a, &b), UINT64_MAX);
    T_EQ_I(ip_count(&b, &a), 0);
}

#define TESTS(X)                          \
    X(understands_addresses_and_ranges)   \
    X(refuses_what_it_cannot_mean)        \
    X(takes_names_with_hyphens_for_names) \
    X(covers_by_address)                  \
    X(counts_to_the_end_of_a_family)
T_MAIN("host_spec", TESTS)
