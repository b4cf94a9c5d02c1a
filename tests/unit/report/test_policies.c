/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page about Group Policy, where values come from, and hosts that only files or policies speak for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static const struct report_options en = { .lang = "en" }, ja = { .lang = "ja" };

/* Through a file of its own, which is gone again. */
static char *document(struct store *s, enum report_format format,
                      const struct report_options *options)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "/tmp/kagimori-policies.%d", (int)getpid());
    char *text = s ? fixture_document(s, format, options, path) : NULL;
    T_OK(text != NULL);
    (void)unlink(path);
    return text ? text : strdup("");
}

static bool has(const char *text, const char *part)
{
    return text && strstr(text, part);
}

/* From start to the end behind it, the caller frees; "" when there is none. */
static char *part_of(const char *text, const char *start, const char *end)
{
    const char *from = text ? strstr(text, start) : NULL;
    const char *to = from ? strstr(from, end) : NULL;
    size_t n = to ? (size_t)(to - from) : 0;
    char *part = calloc(1, n + 1);
    if (part && from) {
        memcpy(part, from, n);
    }
    return part;
}

static void policies_are_one_line_each(void)
{
    struct store *s = fixture_open();
    char *page = document(s, REPORT_HTML, &en);
    T_HAS(page, "<a href=\"#policies\">Group Policy</a>");
    char *part = part_of(page, "<h2 id=\"policies\">", "</section>");
    T_HAS(part, "<li>policies <b>5</b></li>");
    T_HAS(part, "<li>with passwords in them <b>1</b></li>");
    T_HAS(part, "<li>that others than administrators may change <b>1</b></li>");
    T_HAS(part, "<li>whose files were not read completely <b>2</b></li>");
    T_HAS(part, "2 passwords in its preferences: anybody in the domain can read them");
    T_HAS(part, "May also be edited by: <bdi>&lt;script&gt;alert(\"x\")&lt;/script&gt;</bdi></li>");
    T_HAS(part, "Its files may also be changed by: <bdi>tanaka</bdi>");
    T_HAS(part, "enforced: <bdi>sakura</bdi>");
    T_HAS(part, "<td class=\"n\" data-label=\"Computers\">3<");
    T_HAS(part, "not known: 2");
    T_HAS(part, "computer version: directory 4, SYSVOL 2");
    T_OK(!has(part, "user version"));
    T_HAS(part, "User half switched off");
    T_HAS(part, "WMI filter: each computer decides");
    T_HAS(part, "Switched off entirely");
    T_HAS(part, ">missing</span>");
    T_HAS(part, "Folder without a policy in the directory");
    T_HAS(part, "from a copy (backup)");
    T_HAS(part, "<bdi>&lt;/td&gt;&lt;script&gt;alert(\"gpo\")&lt;/script&gt;\\u{202e}</bdi>");
    T_OK(strstr(part, "alert(\"gpo\")") < strstr(part, ">Old<"));
    T_OK(!has(page, "<script") && !has(page, "<img"));
    /* A password's account and length are not told here, only how many there are. */
    T_OK(!has(part, "hosyu"));
    free(part);
    free(page);
    store_closep(&s);
}

static void what_reaches_whom_is_told_in_order(void)
{
    struct store *s = fixture_open();
    char *page = document(s, REPORT_HTML, &en);
    char *part = part_of(page, "<h3>What reaches whom</h3>", "</section>");
    const char *domain = strstr(part, "The domain itself: <bdi>sakura.example</bdi>");
    const char *two = strstr(part, "2 computers"), *one = strstr(part, "1 computer<");
    T_OK(domain && two && one && domain < two && two < one);
    T_HAS(two, "<bdi>CT-CONSOLE$</bdi>, <bdi>WARD-PC01$</bdi>");
    T_HAS(two, "<b>not known</b>, it has a WMI filter (<bdi>&lt;b&gt;病棟&lt;/b&gt;</bdi>)");
    T_HAS(two, "<bdi>Old</bdi><span class=\"of names\">: the link is switched off (");
    T_HAS(two, "(<bdi>sakura</bdi>, enforced)");
    T_HAS(one, "Links could not all be read: other policies may apply as well.");
    T_OK(!has(domain, "<bdi></bdi>"));
    free(part);
    free(page);
    page = document(s, REPORT_HTML, &ja);
    T_HAS(page, "<h2 id=\"policies\">グループ ポリシー</h2>");
    T_HAS(page, "：<b>判断できず</b>、WMI フィルターあり（<bdi>");
    free(page);
    store_closep(&s);
}

static void without_policies_there_is_no_such_page(void)
{
    struct store *s = fixture_open();
    T_OK(s && fixture_exec(s, "DELETE FROM policy_object; DELETE FROM policy_folder"));
    char *page = document(s, REPORT_HTML, &en);
    T_OK(page && !has(page, "#policies") && !has(page, "id=\"policies\""));
    free(page);
    /* A folder alone, of which nothing was read, is told. */
    T_OK(s &&
         fixture_exec(s, "INSERT INTO policy_folder(gpo_id, origin, kind, state) VALUES ('0a', "
                         "'dc1', 'sysvol', 'denied')"));
    page = document(s, REPORT_HTML, &en);
    T_HAS(page, "access denied</span>");
    free(page);
    store_closep(&s);
}

static void many_policies_are_counted(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
            " INSERT INTO policy_object(guid, gpo_id, dn, display_name, flags) SELECT 'g' || i, 'p' || i, 'CN=' || i, 'GPO ' || i, 0 FROM n;"
            "INSERT INTO account(guid, sid, kind, dn, sam_name) SELECT 'c' || gpo_id, 'S-9-' || gpo_id, 'computer', dn, 'PC-' || gpo_id FROM policy_object"
            " WHERE gpo_id GLOB 'p*';"
            "INSERT INTO policy_target(guid, location, site, filter, class_no) SELECT 'c' || gpo_id, '', '', '', 10 + substr(gpo_id, 2) % 50 FROM policy_object"
            " WHERE gpo_id GLOB 'p*';"
            "INSERT INTO policy_reach(class_no, gpo_id, place, state, is_enforced) SELECT c.column1, gpo_id, substr(gpo_id, 2), 'applies', 0 FROM policy_object,"
            " (VALUES (10), (11), (12)) c WHERE gpo_id GLOB 'p*'; COMMIT"));
    char *page = document(s, REPORT_HTML, &en);
    T_OK(page && strlen(page) < 400000);
    char *part = part_of(page, "<h2 id=\"policies\">", "</section>");
    T_HAS(part, "<li>policies <b>2,005</b></li>");
    T_HAS(part, "1,905 more policies: see results.json");
    T_HAS(part, "30 more</p>");
    T_HAS(part, "1940 more policies");
    T_HAS(part, "23 more groups with");
    T_HAS(part, "alert(\"gpo\")");
    free(part);
    free(page);
    store_closep(&s);
}

static void values_say_where_they_come_from(void)
{
    static const char *const words[] = {
        "<th scope=\"col\">Where the value is from</th>",
        "<bdi>read from the host itself</bdi></td>",
        "<bdi>from files of the host</bdi></td>",
        "<bdi>policies that the host keeps</bdi></td>",
        "<bdi>set by Group Policy, not read from the host</bdi></td>",
        "<bdi>not set</bdi></td>",
        "<bdi>&lt;i&gt;new&lt;/i&gt;</bdi></td>",
        "<th scope=\"col\">In scope by</th>",
        "<bdi>files of the host</bdi></td>",
        "<bdi>site file</bdi></td>",
    };
    struct store *s = fixture_open();
    char *page = document(s, REPORT_HTML, &en);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        T_HAS(page, words[i]);
    }
    free(page);
    char *csv = document(s, REPORT_CSV, &ja);
    T_HAS(csv, "値の取得元: GPO の設定値（ホストでは未確認）");
    T_HAS(csv, "値の取得元: ホストの収集ファイル");
    T_HAS(csv, "値の取得元: ホストから直接取得");
    T_HAS(csv, "値の取得元: ホストに保存されたポリシー");
    T_HAS(csv, "値の取得元: 未設定");
    free(csv);
    char *json = document(s, REPORT_JSON, &ja);
    T_HAS(json, "\"setting_origin\":\"policy\"");
    T_HAS(json, "\"setting_origin\":\"missing\"");
    free(json);
    store_closep(&s);
}

static void hosts_say_who_speaks_for_them(void)
{
    struct store *s = fixture_open();
    T_OK(
        s &&
        fixture_exec(
            s,
            "INSERT INTO host_target(host, origin) VALUES ('only-files', 'kit');"
            "INSERT INTO host_state(host, subject) VALUES ('only-files', 'only-files');"
            "INSERT INTO machine_file(origin, kind, host) VALUES ('d', 'image', 'only-files');"
            "INSERT INTO coverage(source, target, state) VALUES ('kit.registry', 'only-files', 'complete')"));
    char *page = document(s, REPORT_HTML, &en);
    char *part = part_of(page, "<table class=\"hosts\">", "</table>");
    T_HAS(part, "did not answer; evidence from a kit of 2026-11-20");
    T_HAS(part, "<span class=\"key\">From files: all but autostart</span>");
    T_HAS(part, "did not answer; only Group Policy speaks for it");
    T_HAS(part, "login refused; registry settings from Group Policy only");
    T_HAS(part, "not asked over the network; evidence from a disk image<");
    T_HAS(part, "From files: everything");
    T_HAS(part, "<td>by files</td>");
    T_HAS(part, "read, but not the registry; registry settings from Group Policy only<");
    /* One that told itself what it holds needs nobody to speak for it. */
    T_OK(!has(part, "read completely; "));
    T_HAS(page, "<li>evidence from a kit <b>1</b></li>");
    free(part);
    free(page);
    page = document(s, REPORT_HTML, &ja);
    T_HAS(page, "応答なし、2026-11-20 の採取キットから取得");
    T_HAS(page, "応答なし、GPO の設定値のみ");
    T_HAS(page, "ネットワーク経由では未調査、ディスク イメージから取得");
    free(page);
    store_closep(&s);
}

static void a_cache_is_no_reading_that_failed(void)
{
    struct store *s = fixture_open();
    T_OK(s &&
         fixture_exec(
             s, "INSERT INTO coverage(source, target, state, detail) SELECT 'smb.cache', host, "
                "'partial', 'no such folder' FROM host_target WHERE host GLOB '192.0.2.4?'"));
    char *page = document(s, REPORT_HTML, &en);
    T_HAS(page, "<li>read completely <b>");
    T_OK(!has(page, "no such folder"));
    free(page);
    store_closep(&s);
}

/* Every word that the queries can bring is in the catalogue. */
static void every_word_is_there(void)
{
    static const char *const ids[] = {
        "value.origin.rpc",
        "value.origin.kit",
        "value.origin.cache",
        "value.origin.policy",
        "value.origin.missing",
        "value.origin.host",
        "origin.kit",
        "host.why.offline",
        "host.from.kit",
        "host.from.kit.at",
        "host.from.image",
        "host.from.image.at",
        "host.from.hives",
        "host.from.hives.at",
        "host.from.cache",
        "host.from.policy",
        "host.from.settings",
        "part.audit",
        "part.autostart",
        "part.password",
        "policy.folder.read",
        "policy.folder.partial",
        "policy.folder.denied",
        "policy.folder.malformed",
        "policy.folder.missing",
        "policy.folder.unread",
        "policy.folder.copy",
        "reach.reason.link_disabled",
        "reach.reason.blocked",
        "reach.reason.missing",
        "reach.reason.half_disabled",
        "reach.reason.denied",
        "reach.reason.filtered",
        "reach.reason.unreadable",
        "reach.reason.gpo_unread",
        "reach.reason.flags_unread",
        "reach.reason.descriptor_unread",
        "reach.reason.group_unread",
        "reach.reason.site",
        "reach.reason.wmi_filter",
    };
    size_t n = 0;
    char *catalogue = (char *)t_read_file(SOURCE_DIR "/report/html/messages.xml", &n);
    T_OK(catalogue != NULL);
    for (size_t i = 0; catalogue && i < ARRAY_LEN(ids); i++) {
        char id[80];
        (void)snprintf(id, sizeof(id), "<m id=\"%s\">", ids[i]);
        T_HAS(catalogue, id);
    }
    free(catalogue);
}

#define TESTS(X)                              \
    X(policies_are_one_line_each)             \
    X(what_reaches_whom_is_told_in_order)     \
    X(without_policies_there_is_no_such_page) \
    X(many_policies_are_counted)              \
    X(values_say_where_they_come_from)        \
    X(hosts_say_who_speaks_for_them)          \
    X(a_cache_is_no_reading_that_failed)      \
    X(every_word_is_there)
T_MAIN("report policies", TESTS)
