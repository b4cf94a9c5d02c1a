/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The door to libxml2: what goes in, what is refused, and that it works where no file can be opened. */
#include <sys/resource.h>
#include <sys/wait.h>

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/wr.h"
#include "audit/decode/format/xml.h"
#include "audit/supervise/sandbox.h"
#include "tests/support/t.h"

static struct err err;

static enum rc parse_bytes(const void *data, size_t n, struct arena *a,
                           const struct xml_node **root)
{
    err = (struct err){ .rc = RC_OK };
    T_EQ_I(xml_prepare(&err), RC_OK);
    /* An exact copy, so that a sanitizer sees a byte too far. */
    uint8_t *copy = malloc(n > 0 ? n : 1);
    if (n > 0) {
        memcpy(copy, data, n);
    }
    enum rc rc = xml_parse(copy, n, a, root, &err);
    free(copy);
    return rc;
}

/* Parses and forgets; the message is in err. */
static enum rc verdict(const void *data, size_t n)
{
    const struct xml_node *root = NULL;
    struct arena *a = arena_new(0);
    enum rc rc = parse_bytes(data, n, a, &root);
    arena_free(a);
    return rc;
}

static enum rc verdict_text(const char *text)
{
    return verdict(text, strlen(text));
}

static void gives_a_tree(void)
{
    const char text[] = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                        "<!-- <z a=\"1\"/> -->\n"
                        "<r:Root xmlns:r=\"urn:x\" r:kind='a &amp; b&#x20;c' empty=\"\">\n"
                        "  <Item>  one <![CDATA[<two>]]> &lt;3&gt; </Item>\n"
                        "  <Other/>mixed<Item><Deep>4</Deep>tail</Item>\n"
                        "</r:Root>\n";
    struct arena *a = arena_new(0);
    const struct xml_node *root = NULL;
    T_EQ_I(parse_bytes(text, sizeof(text) - 1, a, &root), RC_OK);
    T_EQ_S(root->name, "Root");
    T_EQ_S(xml_attribute(root, "kind"), "a & b c");
    T_EQ_S(xml_attribute(root, "empty"), "");
    T_OK(xml_attribute(root, "absent") == NULL);
    T_EQ_I(root->line, 3);
    T_EQ_S(root->text, "");
    const struct xml_node *item = xml_child(root, "Item");
    T_EQ_S(item->text, "one <two> <3>");
    T_EQ_I(item->line, 4);
    T_EQ_S(item->next->name, "Other");
    T_EQ_S(xml_next(item)->text, "");
    T_EQ_S(xml_child_text(xml_next(item), "Deep"), "4");
    T_OK(xml_next(xml_next(item)) == NULL);
    T_OK(xml_child_text(NULL, "x") == NULL);
    arena_free(a);
}

static void to_utf16(struct wr *w, const char *text, bool is_big, bool with_mark)
{
    wr_init(w, 1 << 20);
    if (with_mark) {
        wr_bytes(w, is_big ? "\xfe\xff" : "\xff\xfe", 2);
    }
    iconv_t how = iconv_open(is_big ? "UTF-16BE" : "UTF-16LE", "UTF-8");
    char out[8192], *in = (char *)(uintptr_t)text, *end = out;
    size_t n = strlen(text), room = sizeof(out);
    T_OK(iconv(how, &in, &n, &end, &room) != (size_t)-1);
    wr_bytes(w, out, sizeof(out) - room);
    (void)iconv_close(how);
}

static void check_name(const void *data, size_t n, const char *name)
{
    struct arena *a = arena_new(0);
    const struct xml_node *root = NULL;
    T_EQ_I(parse_bytes(data, n, a, &root), RC_OK);
    T_EQ_S(err.msg, "");
    T_EQ_S(xml_attribute(root, "name"), name);
    arena_free(a);
}

static void reads_character_sets(void)
{
    static const char *const wide[] = {
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a name=\"病院🏥\"/>",
        "<?xml version=\"1.0\"?><a name=\"病院🏥\"/>", "<a name=\"病院🏥\"/>"
    };
    for (size_t i = 0; i < 12; i++) {
        struct wr w;
        to_utf16(&w, wide[i % 3], i / 3 % 2 == 1, i / 6 == 1);
        check_name(w.data, w.size, "病院🏥");
        wr_done(&w);
    }

    static const struct {
        const char *bytes, *name;
    } narrow[] = {
        { "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a name=\"病院\"/>", "病院" },
        { "\xef\xbb\xbf<a name=\"病院\"/>", "病院" },
        /* The mark wins. */
        { "\xef\xbb\xbf<?xml version='1.0' encoding='Shift_JIS'?><a name=\"病院\"/>", "病院" },
        { "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a name=\"\x95\x61\x89\x40\x87\x40\"/>",
          "病院①" },
        { "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a name=\"M\xfcller \x80\"/>",
          "Müller €" },
        /* What a redirected schtasks writes. */
        { "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a name=\"\x95\x61\x89\x40\"/>", "病院" },
        { "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a name=\"plain\"/>", "plain" },
    };

    for (size_t i = 0; i < ARRAY_LEN(narrow); i++) {
        check_name(narrow[i].bytes, strlen(narrow[i].bytes), narrow[i].name);
    }
}

#define LAUGHS                                                                               \
    "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;&lol;&lol;\">" \
    "<!ENTITY lol3 \"&lol2;&lol2;&lol2;&lol2;&lol2;\">]><lolz>&lol3;</lolz>"

static void refuses_document_types(void)
{
    static const char *const texts[] = {
        LAUGHS,
        "<?xml version=\"1.0\"?>\n" LAUGHS,
        "<?xml version=\"1.0\"?><!-- c --><?pi x?>" LAUGHS,
        "<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>",
        "<!DOCTYPE a><a/>",
        "<!ENTITY x \"y\"><a/>",
        "<a><!DOCTYPE b></a>",
        "<a>&xxe;</a>",
        "<a b=\"&xxe;\"/>",
        "<!doctype a><a/>",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        T_EQ_I(verdict_text(texts[i]), RC_MALFORMED);
        T_HAS(err.msg, "document type or entity");
        for (int form = 0; form < 4; form++) {
            struct wr w;
            to_utf16(&w, texts[i], form % 2 == 1, form / 2 == 1);
            T_EQ_I(verdict(w.data, w.size), RC_MALFORMED);
            T_HAS(err.msg, "document type or entity");
            wr_done(&w);
        }
    }
    /* "<!DOCTYPE" spelled in UTF-7, and in EBCDIC (libxml2 would guess that from the first four bytes). */
    T_EQ_I(
        verdict_text("<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-"),
        RC_MALFORMED);
    T_HAS(err.msg, "character set that is not read");
    T_EQ_I(verdict_text("+ADw-a/+AD4-"), RC_MALFORMED);
    T_EQ_I(verdict_text("\x4c\x6f\xa7\x94\x93\x40\xa5\x85"), RC_MALFORMED);
    T_EQ_I(verdict("\xff\xfe\0\0<\0\0\0a\0\0\0/\0\0\0>\0\0\0", 20), RC_MALFORMED);
    T_EQ_I(verdict("\0\0\xfe\xff\0\0\0<\0\0\0a\0\0\0/\0\0\0>", 20), RC_MALFORMED);
    /* A second declaration changes nothing. */
    T_EQ_I(verdict_text("<?xml version=\"1.0\"?><?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>"),
           RC_MALFORMED);
    /* Where it is only text it is text. */
    T_EQ_I(verdict_text("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>"), RC_OK);
    T_EQ_I(verdict_text("<a b='&lt;!DOCTYPE a>'/>"), RC_OK);
}

static void refuses_what_is_broken(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "", "no document" },
        { "    \n  ", "XML" },
        { "just text", "no document" },
        { "<a>\n<b>\n</a>", "line 3" },
        { "<abc", "cut off" },
        { "<a><b/>", "cut off" },
        { "<a/><b/>", "after the end" },
        { "<a b=\"1\" b=\"2\"/>", "twice" },
        { "<a b=\"1\"c=\"2\"/>", "not well-formed" },
        { "<a b=1/>", "not well-formed" },
        { "<a>&#0;</a>", "character" },
        { "<a>\x01</a>", "character" },
        { "<a>\xff\xff</a>", "character set" },
        { "<a>\xc0\xbc</a>", "character set" },
        { "<a>\xed\xa0\x80</a>", "character set" },
        { "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\x95</a>", "character set" },
        { "<?xml version=\"1.0\" encoding=\"klingon\"?><a/>", "character set" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_I(verdict_text(cases[i].text), RC_MALFORMED);
        T_HAS(err.msg, cases[i].says);
    }
    T_EQ_I(verdict("<a>\0</a>", 8), RC_MALFORMED);
    static const char nul[] = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>\0</a>";
    T_EQ_I(verdict(nul, sizeof(nul) - 1), RC_MALFORMED);
    T_EQ_I(verdict("<\0a\0>\0\0\0<\0/\0a\0>\0", 16), RC_MALFORMED);
    T_EQ_I(verdict("<\0a\0/\0>", 7), RC_MALFORMED);
    T_EQ_I(verdict("\xff\xfe<\0a\0>\0\0\xd8<\0/\0a\0>\0", 18), RC_MALFORMED);
}

static void never_repeats_the_file(void)
{
    T_EQ_I(verdict_text("<a SeCrEtMaRk=\"SeCrEtMaRk\" SeCrEtMaRk=\"x\"/>"), RC_MALFORMED);
    T_OK(strstr(err.msg, "SeCrEtMaRk") == NULL);
    T_EQ_I(verdict_text("<a b=\"&SeCrEtMaRk;\"/>"), RC_MALFORMED);
    T_OK(strstr(err.msg, "SeCrEtMaRk") == NULL);
    T_EQ_I(verdict_text("<SeCrEtMaRk></SeCrEtMaRk2>"), RC_MALFORMED);
    T_OK(strstr(err.msg, "SeCrEtMaRk") == NULL);
}

/* Repeats a part between two ends and measures. */
static enum rc repeated(const char *head, const char *part, size_t times, const char *foot,
                        double *ret_seconds)
{
    struct wr w;
    wr_init(&w, 64 << 20);
    wr_text(&w, head);
    for (size_t i = 0; i < times; i++) {
        wr_text(&w, part);
    }
    wr_text(&w, foot);
    T_OK(!w.bad);
    clock_t begin = clock();
    enum rc rc = verdict(w.data, w.size);
    *ret_seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    wr_done(&w);
    return rc;
}

static void has_limits(void)
{
    double s = 0;
    T_EQ_I(repeated("", "<a>", 10000, "", &s), RC_MALFORMED);
    T_HAS(err.msg, "nested too deep");
    T_EQ_I(repeated("<r>", "<a>", XML_DEPTH_MAX - 1, "", &s), RC_MALFORMED);
    T_HAS(err.msg, "cut off");
    /* libxml2 compares each attribute with those before it. */
    T_EQ_I(repeated("<a ", "b=\"\" ", 1000000, "/>", &s), RC_MALFORMED);
    T_HAS(err.msg, "too many attributes");
    T_OK(s < 1.0);
    T_EQ_I(repeated("<a ", "xmlns:b='u' ", 100, "/>", &s), RC_MALFORMED);
    T_HAS(err.msg, "too many namespaces");
    T_EQ_I(repeated("<a>", "<b/>", XML_NODES_MAX, "</a>", &s), RC_MALFORMED);
    T_HAS(err.msg, "too many elements");
    T_EQ_I(repeated("<a>", "<b/>", XML_NODES_MAX - 1, "</a>", &s), RC_OK);
    T_OK(s < 3.0);
    T_EQ_I(repeated("<a>", "0123456789abcdef", XML_SIZE_MAX / 16, "</a>", &s), RC_MALFORMED);
    T_HAS(err.msg, "larger than");
    T_EQ_I(repeated("<a>", "<![CDATA[x]]>", 500000, "</a>", &s), RC_OK);
    T_OK(s < 3.0);
    T_EQ_I(repeated("<a>", "&amp;", 1000000, "</a>", &s), RC_OK);
    T_OK(s < 3.0);
    T_EQ_I(repeated("<a>", "<![CDATA[", 500000, "</a>", &s), RC_MALFORMED);
    T_EQ_I(repeated("<a>", "<!--", 500000, "", &s), RC_MALFORMED);
    T_EQ_I(repeated("<a b='", "<", 500000, "", &s), RC_MALFORMED);
    T_OK(s < 3.0);
    /* About the largest tree that a file can be. */
    T_EQ_I(repeated("<a>", "<b c='1' d='2' e='' f='4' g='5'/>", XML_NODES_MAX - 1, "</a>", &s),
           RC_OK);
    T_OK(s < 3.0);
#ifndef KAGIMORI_NO_SANDBOX /* a sanitizer's own memory does not count */
    struct rusage use;
    T_EQ_I(getrusage(RUSAGE_SELF, &use), 0);
    T_OK(use.ru_maxrss < 256 * 1024);
#endif
}

static void says_when_the_arena_is_small(void)
{
    const char text[] = "<a><b c=\"0123456789012345678901234567890123456789\"/></a>";
    const struct xml_node *root = NULL;
    struct arena *a = arena_new(128);
    T_EQ_I(parse_bytes(text, sizeof(text) - 1, a, &root), RC_MALFORMED);
    T_HAS(err.msg, "room");
    T_OK(root == NULL);
    arena_free(a);
}

/* The decoder's filter kills a process that opens a file: what converters need must be there before. */
static void works_in_the_sandbox(void)
{
    T_EQ_I(xml_prepare(&err), RC_OK);
    pid_t child = fork();
    if (child == 0) {
        static const struct worker_role role = { .name = "kagimori-decode",
                                                 .sandbox = WORKER_SANDBOX_DECODER };
        static struct task task;
        static const char *const texts[] = {
            "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a name=\"\x95\x61\"/>",
            "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a name=\"\xfc\"/>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><a name=\"\xc3\xbc\"/>",
        };
        static const char wide[] = "\xff\xfe<\0a\0/\0>\0";
        int wrong = sandbox_enter(&role, &task, &err) == RC_OK ? 0 : 64;
        struct arena *a = arena_new(0);
        const struct xml_node *root = NULL;
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
            wrong +=
                xml_parse((const uint8_t *)texts[i], strlen(texts[i]), a, &root, &err) != RC_OK;
        }
        wrong += xml_parse((const uint8_t *)wide, sizeof(wide) - 1, a, &root, &err) != RC_OK;
        wrong +=
            xml_parse((const uint8_t *)LAUGHS, sizeof(LAUGHS) - 1, a, &root, &err) != RC_MALFORMED;
        _exit(wrong);
    }
    int status = -1;
    T_EQ_I(waitpid(child, &status, 0), child);
    T_OK(WIFEXITED(status));
    T_EQ_I(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
}

static bool accept(const uint8_t *p, size_t n, void *context)
{
    const struct xml_node *root = NULL;
    struct arena *a = arena_new(1 << 20);
    (void)context;
    enum rc rc = xml_parse(p, n, a, &root, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    arena_free(a);
    return rc == RC_OK;
}

static void survives_damage(void)
{
    const char text[] =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Groups clsid=\"{3125E937}\"><User "
        "name=\"x\" uid='{C0}'><Properties a=\"&quot;&#65;\"/><!-- c --></User>"
        "<![CDATA[d]]></Groups>";
    size_t accepted = 0, refused = 0;
    T_EQ_I(xml_prepare(&err), RC_OK);
    T_OK(accept((const uint8_t *)text, sizeof(text) - 1, NULL));
    t_mutate((const uint8_t *)text, sizeof(text) - 1, 0, accept, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > sizeof(text) - 2);
    struct wr w;
    to_utf16(&w, text, false, true);
    t_mutate(w.data, w.size, 0, accept, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > sizeof(text) - 2);
    wr_done(&w);
}

#define TESTS(X)                    \
    X(gives_a_tree)                 \
    X(reads_character_sets)         \
    X(refuses_document_types)       \
    X(refuses_what_is_broken)       \
    X(never_repeats_the_file)       \
    X(has_limits)                   \
    X(says_when_the_arena_is_small) \
    X(works_in_the_sandbox)         \
    X(survives_damage)
T_MAIN("xml", TESTS)
