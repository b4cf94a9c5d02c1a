/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events out of BinXml: templates, elements by themselves, what of it becomes a field; and what a hostile log may try. */
#include "tests/support/t.h"

#include <stdlib.h>
#include <time.h>

#include "tests/unit/evtx/log_build.h"
#include "tests/unit/evtx/seen.h"

#define TO_DEFINITION (24U + 4 + 6) /* from a record: head, fragment, token, version, identifier */

static struct lb b;

/* Reads the one chunk that b is. */
static enum rc read_one(struct seen *s)
{
    const struct lb *const chunks[] = { &b };
    size_t size = 0;
    lb_finish(&b);
    uint8_t *file = lb_file(chunks, 1, 1, 0, &size);
    enum rc rc = seen_read(s, file, size, false);
    free(file);
    return rc;
}

static void two_logons(void)
{
    uint32_t event = 0, logon = 0;
    lb_start(&b, 7);
    lb_logon(&b, 4624, "alice", &event, &logon);
    lb_logon(&b, 4625, "bob", &event, &logon);
}

static void reads_events_of_templates(void)
{
    static const char *const names[] = { "Fixed", "LogonType", "TargetUserName" };
    struct seen s = { .names = names, .name_count = 3 };
    two_logons();
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_S(seen_text(&s), "7 4624@Test-Provider/Security/PC-1.example S-1-5-18:"
                          " TargetUserName#2=alice LogonType#1=3 Fixed#0=as is\n"
                          "8 4625@Test-Provider/Security/PC-1.example S-1-5-18:"
                          " TargetUserName#2=bob LogonType#1=3 Fixed#0=as is\n");
    T_EQ_I(s.totals.records, 2);
    T_EQ_I(s.totals.unreadable, 0);
    T_EQ_I(s.totals.bad_chunks, 0);
    T_EQ_I(s.sound, 1);
    T_OK(s.totals.has_head && !s.totals.is_dirty && !s.totals.is_cut);
    seen_done(&s);
}

static void fills_only_what_is_wanted(void)
{
    struct seen s = { .only = 4625 };
    two_logons();
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_I(s.heads, 2);
    T_EQ_I(s.wanted, 1);
    T_HAS(seen_text(&s), "=bob ");
    seen_done(&s);
}

static void stops_when_told(void)
{
    struct seen s = { .stop = RC_LIMIT };
    two_logons();
    T_EQ_I(read_one(&s), RC_LIMIT);
    T_EQ_I(s.wanted, 1);
    seen_done(&s);
}

static void open_event(const char *event_id)
{
    lb_start(&b, 1);
    lb_record(&b);
    lb_fragment(&b);
    lb_open(&b, "Event", false);
    lb_close_start(&b);
    lb_open(&b, "System", false);
    lb_close_start(&b);
    lb_element(&b, "EventID", event_id);
    lb_element(&b, "EventRecordID", "4711");
    lb_element(&b, "Computer", "WEC");
    lb_end(&b);
}

static void close_event(void)
{
    lb_end(&b);
    lb_u8(&b, 0);
    lb_record_end(&b);
}

/* As forwarded events are: no template. */
static void reads_elements_by_themselves(void)
{
    struct seen s = { .only = 0 };
    open_event("104");
    lb_open(&b, "UserData", false);
    lb_close_start(&b);
    lb_open(&b, "LogFileCleared", true);
    uint32_t list = b.at - 4;
    lb_attribute(&b, "xmlns:auto-ns3", false);
    lb_value(&b, "http://example");
    lb_attribute(&b, "Mode", true);
    lb_value(&b, "all");
    lb_attributes_end(&b, list);
    lb_close_start(&b);
    lb_element(&b, "Channel", "System");
    lb_open(&b, "a", false);
    lb_close_start(&b);
    lb_element(&b, "b", "deep");
    lb_end(&b);
    lb_open(&b, "Empty", false);
    lb_close_empty(&b);
    lb_end(&b);
    lb_end(&b);
    lb_element(&b, "RenderingInfo", "words in the host's language");
    close_event();
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_S(seen_text(&s),
           "1 104@//WEC  LogFileCleared: @Mode=all Channel=System a/b=deep Empty=\n");
    T_EQ_I(s.totals.unreadable, 0);
    seen_done(&s);
}

static void open_data(void)
{
    open_event("1");
    lb_open(&b, "EventData", false);
    lb_close_start(&b);
    lb_open(&b, "Data", false);
    lb_close_start(&b);
}

static void joins_the_parts_of_a_text(void)
{
    struct seen s = { .only = 0 };
    open_data();
    lb_value(&b, "a ");
    lb_u8(&b, 0x49); /* entity reference, more follows */
    lb_name(&b, "amp");
    lb_u8(&b, 0x48); /* character reference */
    lb_u16(&b, 0x3042);
    lb_u8(&b, 0x07); /* CDATA */
    lb_u16(&b, 3);
    lb_utf16(&b, "<x>");
    lb_u8(&b, 0x0a); /* a processing instruction, which is no text */
    lb_name(&b, "target");
    lb_u8(&b, 0x0b);
    lb_u16(&b, 2);
    lb_utf16(&b, "pi");
    lb_end(&b);
    lb_element(&b, "Binary", "00FF");
    lb_end(&b);
    close_event();
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_S(seen_text(&s), "1 1@//WEC : =a &\xe3\x81\x82<x> Binary=00FF\n");
    seen_done(&s);
}

static void refuses_entities_that_nobody_knows(void)
{
    struct seen s = { .only = 0 };
    open_data();
    lb_u8(&b, 0x09);
    lb_name(&b, "nbsp");
    lb_end(&b);
    lb_end(&b);
    close_event();
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_I(s.heads, 0);
    T_EQ_I(s.totals.unreadable, 1);
    T_EQ_I(s.unsound, 1);
    seen_done(&s);
}

/* Lone surrogates, and a pair. */
static void replaces_text_that_is_none(void)
{
    static const uint8_t bad[] = {
        0x41, 0, 0x00, 0xd8, 0x42, 0, 0x00, 0xdc, 0x3d, 0xd8, 0x00, 0xde
    };
    struct seen s = { .only = 0 };
    open_data();
    lb_u8(&b, 0x05);
    lb_u8(&b, 0x01);
    lb_u16(&b, sizeof(bad) / 2);
    for (size_t i = 0; i < sizeof(bad); i++) {
        lb_u8(&b, bad[i]);
    }
    lb_end(&b);
    lb_end(&b);
    close_event();
    T_EQ_I(read_one(&s), RC_OK);
    T_HAS(seen_text(&s), " =A\xef\xbf\xbd\x42\xef\xbf\xbd\xf0\x9f\x98\x80\n");
    seen_done(&s);
}

/* The first record is made to use the definitions that lie in the second, and the third those of the first. */
static void finds_definitions_behind_their_use(void)
{
    struct seen s = { .only = 0 };
    uint32_t event = 0, logon = 0, later_event = 0, later_logon = 0;
    lb_start(&b, 1);
    lb_logon(&b, 4624, "zero", &event, &logon);
    uint32_t first = b.at;
    lb_logon(&b, 4624, "one", &event, &logon);
    lb_logon(&b, 4624, "two", &later_event, &later_logon);
    lb_logon(&b, 4624, "three", &event, &logon);
    T_OK(later_event > first);
    lb_poke32(&b, first + TO_DEFINITION, later_event);
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_I(s.whole, 4);
    T_HAS(seen_text(&s), "TargetUserName=one LogonType=3");
    seen_done(&s);
}

/* An event whose value 5 is written by fill. */
static void event_with(void (*fill)(void))
{
    static const uint8_t id[] = { 1, 0 };
    lb_record(&b);
    lb_fragment(&b);
    (void)lb_define_event(&b);
    const struct lb_value values[] = { { 0x06, 2, id }, { 0, 0, "" }, { 0, 0, "" },
                                       { 0, 0, "" },    { 0, 0, "" }, { 0x21, 0, "" } };
    uint32_t at = b.at;
    lb_values(&b, values, 6);
    uint32_t inner = b.at;
    fill();
    uint32_t size = b.at - inner;
    b.p[at + 4 + 20] = (uint8_t)size;
    b.p[at + 4 + 21] = (uint8_t)(size >> 8);
    lb_record_end(&b);
}

static uint32_t itself;

/* Value 0 of the instance is BinXml again: an instance of the same definition, and so on. */
static void nest(unsigned depth)
{
    if (depth == 0) {
        lb_element(&b, "Data", "bottom");
        return;
    }
    lb_instance(&b, LB_DATA, itself);
    lb_u32(&b, 1);
    uint32_t descriptor = b.at;
    lb_u32(&b, 0x00210000);
    uint32_t inner = b.at;
    nest(depth - 1);
    lb_poke32(&b, descriptor, 0x00210000 | (b.at - inner));
}

static unsigned depth_wanted;

static void fill_nested(void)
{
    itself = lb_define(&b, LB_DATA);
    lb_open(&b, "EventData", false);
    lb_close_start(&b);
    lb_element_of(&b, "D", 0, false);
    lb_end(&b);
    lb_define_end(&b, itself);
    lb_u32(&b, 1);
    uint32_t descriptor = b.at;
    lb_u32(&b, 0x00210000);
    uint32_t inner = b.at;
    nest(depth_wanted);
    lb_poke32(&b, descriptor, 0x00210000 | (b.at - inner));
}

static void ends_templates_in_templates(void)
{
    struct seen s = { .only = 0 };
    for (depth_wanted = 2; depth_wanted <= 200; depth_wanted += 198) {
        lb_start(&b, 1);
        event_with(fill_nested);
        T_EQ_I(read_one(&s), RC_OK);
        T_EQ_I(s.wanted, 1);
        T_EQ_I(strstr(seen_text(&s), "/Data=bottom") != NULL, depth_wanted == 2);
        T_EQ_I(s.whole, depth_wanted == 2); /* deep ones are told as not understood */
        T_EQ_I(s.totals.unreadable, depth_wanted != 2);
    }
    seen_done(&s);
}

/* A definition with 60 values that are all the same BinXml: an instance of itself. Without an end this were 60 to the power of 8. */
static void fill_powers(void)
{
    itself = lb_define(&b, LB_DATA);
    lb_open(&b, "EventData", false);
    lb_close_start(&b);
    for (unsigned i = 0; i < 60; i++) {
        lb_element_of(&b, "D", 0, false);
    }
    lb_end(&b);
    lb_define_end(&b, itself);
    lb_u32(&b, 1);
    uint32_t descriptor = b.at;
    lb_u32(&b, 0x00210000);
    uint32_t inner = b.at;
    nest(6);
    lb_poke32(&b, descriptor, 0x00210000 | (b.at - inner));
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void ends_templates_that_multiply(void)
{
    struct seen s = { .only = 0 };
    lb_start(&b, 1);
    event_with(fill_powers);
    double before = seconds();
    T_EQ_I(read_one(&s), RC_OK);
    T_OK(seconds() - before < 1);
    T_EQ_I(s.wanted, 1);
    T_EQ_I(s.whole, 0);
    seen_done(&s);
}

#define ZEROS 28000U

/* Texts out of very many parts, each of which is much to read and nothing to show. */
static void fill_empty_parts(void)
{
    static const uint8_t zeros[ZEROS];
    uint32_t outer = lb_define(&b, LB_DATA);
    lb_open(&b, "EventData", false);
    lb_close_start(&b);
    for (unsigned i = 0; i < 60; i++) {
        lb_data_of(&b, "d", 0, false);
    }
    lb_end(&b);
    lb_define_end(&b, outer);
    lb_u32(&b, 1);
    uint32_t descriptor = b.at;
    lb_u32(&b, 0x00210000);
    uint32_t begin = b.at;
    uint32_t inner = lb_define(&b, LB_DATA + 1);
    lb_open(&b, "x", false);
    lb_close_start(&b);
    for (unsigned i = 0; i < 6000; i++) {
        lb_value_of(&b, 0, false);
    }
    lb_end(&b);
    lb_define_end(&b, inner);
    lb_values(&b, &(struct lb_value){ .type = EVTX_XML, .size = ZEROS, .data = zeros }, 1);
    lb_poke32(&b, descriptor, 0x00210000 | (b.at - begin));
}

static void ends_parts_of_nothing(void)
{
    struct seen s = { .is_quiet = true };
    lb_start(&b, 1);
    event_with(fill_empty_parts);
    double before = seconds();
    T_EQ_I(read_one(&s), RC_OK);
    T_OK(seconds() - before < 0.25);
    T_EQ_I(s.wanted, 1);
    T_EQ_I(s.whole, 0);
    seen_done(&s);
}

/* The definition's first element is an instance of the definition itself. */
static void fill_itself(void)
{
    itself = lb_define(&b, LB_DATA);
    lb_open(&b, "EventData", false);
    lb_close_start(&b);
    lb_instance(&b, LB_DATA, itself);
    lb_u32(&b, 0);
    lb_end(&b);
    lb_define_end(&b, itself);
    lb_u32(&b, 0);
}

static void refuses_a_definition_in_itself(void)
{
    struct seen s = { .only = 0 };
    lb_start(&b, 1);
    event_with(fill_itself);
    T_EQ_I(read_one(&s), RC_OK);
    T_EQ_I(s.wanted, 1);
    T_EQ_I(s.whole, 0);
    T_EQ_I(s.totals.unreadable, 1);
    seen_done(&s);
}

/* Records that all name another place as their definition, each as long as can be: what is compiled of a chunk has an end. */
static void ends_compiling(void)
{
    struct seen s = { .is_quiet = true };
    lb_start(&b, 1);
    lb_record(&b);
    for (unsigned i = 0; i < 8000; i++) { /* tokens of nothing: a CDATA section without text */
        lb_u8(&b, 0x07);
        lb_u16(&b, 0);
    }
    lb_record_end(&b);
    while (b.at < LB_CHUNK - 64) {
        lb_record(&b);
        lb_instance(&b, 0, 600 + 3 * (uint32_t)b.next);
        lb_u32(&b, 0);
        lb_record_end(&b);
    }
    double before = seconds();
    T_EQ_I(read_one(&s), RC_OK);
    T_OK(seconds() - before < 1);
    T_EQ_I(s.totals.unreadable, b.next - 1);
    seen_done(&s);
}

/* Every 32 bits of the second record are made huge, one after the other, and nearly huge. */
static void refuses_sizes_that_overflow(void)
{
    static const uint32_t values[] = { 0xffffffff, 0x7fffffff, 0x80000000, 0xffff, 0xfffffff0, 0 };
    static struct lb sound;
    struct seen s = { .is_quiet = true };
    uint64_t whole = 0, tries = 0;
    two_logons();
    sound = b;
    for (uint32_t at = 512; at + 4 <= sound.at; at++) {
        for (size_t v = 0; v < ARRAY_LEN(values); v++) {
            b = sound;
            lb_poke32(&b, at, values[v]);
            T_EQ_I(read_one(&s), RC_OK);
            T_OK(s.totals.records + s.totals.unreadable >= 2);
            whole += s.whole == 2;
            tries++;
        }
    }
    T_OK(whole > tries / 20 && whole < tries * 9 / 10);
    seen_done(&s);
}

#define TESTS(X)                          \
    X(reads_events_of_templates)          \
    X(fills_only_what_is_wanted)          \
    X(stops_when_told)                    \
    X(reads_elements_by_themselves)       \
    X(joins_the_parts_of_a_text)          \
    X(refuses_entities_that_nobody_knows) \
    X(replaces_text_that_is_none)         \
    X(finds_definitions_behind_their_use) \
    X(ends_templates_in_templates)        \
    X(ends_templates_that_multiply)       \
    X(ends_parts_of_nothing)              \
    X(refuses_a_definition_in_itself)     \
    X(ends_compiling)                     \
    X(refuses_sizes_that_overflow)

T_MAIN("evtx_event", TESTS)
