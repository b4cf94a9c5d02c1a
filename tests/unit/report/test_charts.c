/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts: nothing lies outside of its drawing, parts add up, what is not known is drawn as such, names are text, evidence without anything has no chart. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "report/chart_graph.h"
#include "report/html.h"
#include "tests/unit/report/charts.h"

static const char *const names[] = { "themes",   "laps",  "mfa",   "ages",
                                     "clusters", "paths", "reset", "trend" };

static void nothing_lies_outside(void)
{
    struct made d;
    if (make(&d, false, "", &options_ja)) {
        for (size_t i = 0; i + 1 < ARRAY_LEN(names); i++) {
            T_OK(chart_named(&d, names[i]) != NULL);
        }
        all_inside(&d);
    }
    done(&d);
    if (make(&d, false, "", &options_en)) {
        all_inside(&d);
    }
    done(&d);
}

/* Every chart has a title, sentences, a table (reset: the section's own) and words of the catalogue only. */
static void each_has_a_text_alternative(void)
{
    struct made d;
    if (make(&d, false, "", &options_ja)) {
        for (size_t i = 0; i + 1 < ARRAY_LEN(names); i++) {
            xmlNode *c = chart_named(&d, names[i]);
            char *title = words(child(c, "title")), *desc = words(child(c, "desc"));
            T_OK(title[0] && desc[0]);
            T_OK(strcmp(names[i], "reset") == 0 || child(child(c, "table"), "row"));
            free(title);
            free(desc);
        }
        char *all = words(charts_of(&d));
        T_OK(!strstr(all, "chart.") && !strstr(all, "{1}") && !strstr(all, "{2}"));
        free(all);
    }
    done(&d);
}

static void parts_add_up(void)
{
    static const int64_t parts[][CHART_TONES] = { { 1, 1, 1 },
                                                  { 100000, 1, 0, 1, 3 },
                                                  { 0, 0, 0, 0, 7 },
                                                  { INT64_C(4000000000), 3999999999, 1, 1, 1, 1 },
                                                  { 5, 0, 1000, 0, 333, 2 } };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        int length[CHART_TONES], sum = 0;
        chart_shares(parts[i], CHART_TONES, 640, length);
        for (size_t k = 0; k < CHART_TONES; k++) {
            sum += length[k];
            T_OK(parts[i][k] == 0 ? length[k] == 0 : length[k] >= 3);
        }
        T_EQ_I(sum, 640);
    }
    int none[CHART_TONES];
    const int64_t nothing[CHART_TONES] = { 0 };
    chart_shares(nothing, CHART_TONES, 640, none);
    T_EQ_I(none[0] + none[1] + none[2] + none[3] + none[4] + none[5], 0);
    T_EQ_I(chart_scale(0), 1);
    T_EQ_I(chart_scale(3), 5);
    T_EQ_I(chart_scale(1001), 2000);
    T_EQ_I(chart_scale(INT64_MAX) > 0, 1);
}

static void texts_are_cut(void)
{
    struct made d;
    struct chart c;
    struct err err;
    bool cut = false;
    if (make(&d, true, "", &options_en) &&
        chart_open(&c, &d.m, charts_of(&d), "laps", &err) == RC_OK) {
        const char *text = chart_fit(&c, "管理者と特権グループ", 100, &cut);
        T_OK(cut && chart_text_width(text) <= 100);
        T_HAS(text, "…");
        T_EQ_S(chart_fit(&c, "short", 100, &cut), "short");
        T_OK(!cut);
        T_EQ_S(chart_fit(&c,
                         "a\xe2\x80\xae"
                         "b",
                         300, &cut),
               "a\\u{202e}b");
        T_OK(strlen(chart_fit(&c, "", 0, &cut)) == 0 && !cut);
        T_OK(chart_text_width(chart_fit(&c, "\xff\xfe\xff", 16, &cut)) <= 16);
        T_EQ_S(chart_number(&c, 1234567), "1,234,567");
        T_EQ_S(chart_number(&c, -12), "-12");
        T_EQ_S(chart_say(&c, "chart.part", "{2}", "x", NULL), "{2} x");
        chart_done(&c);
    }
    done(&d);
}

static void what_is_not_known_is_a_part_of_its_own(void)
{
    struct made d;
    if (make(&d, false, "", &options_en)) {
        /* In date, legacy, expired (two), none; a disabled one, a controller, a cluster and one without Windows are not there. */
        row_is(&d, "laps", "Workstations", "Workstations | 1 | 1 | 2 | 1 | 1 | 6");
        row_is(&d, "laps", "Servers", "Servers | 0 | 0 | 0 | 1 | 0 | 1");
        row_is(&d, "laps", "Kind not known", "Kind not known | 0 | 0 | 0 | 0 | 1 | 1");
        row_is(&d, "mfa", "Administrators", "Administrators | 1 | 0 | 1 | 1 | 1 | 4");
        row_is(&d, "mfa", "Everyone", "Everyone | 3 | 2 | 2 | 2 | 1 | 10");
        /* Administrators, others, rights not known, krbtgt. A moved date is no new password; a date in the future is none. */
        row_is(&d, "ages", "under 30 days", "under 30 days | 0 | 1 | 0 | ");
        row_is(&d, "ages", "1 to 3 years", "1 to 3 years | 1 | 1 | 0 | ");
        row_is(&d, "ages", "5 years and more", "5 years and more | 2 | 0 | 0 | krbtgt +1");
        row_is(&d, "ages", "to be set at next logon", "to be set at next logon | 0 | 1 | 0 | ");
        row_is(&d, "ages", "not known", "not known | 0 | 2 | 0 | ");
        char *text = words(chart_named(&d, "ages"));
        T_HAS(text, "Of 1 account it is not known whether it is enabled");
        free(text);
    }
    done(&d);
    if (make(
            &d, false,
            "UPDATE account_state SET is_privileged = NULL, password_at = NULL, pwd_last_set = NULL",
            &options_en)) {
        char *head = row_of(&d, "ages", "Age of the password");
        T_EQ_S(head, "Age of the password | Rights not known | krbtgt");
        free(head);
    }
    done(&d);
}

static void ways_are_told_in_words(void)
{
    struct made d;
    if (make(&d, false, "", &options_en)) {
        row_is(
            &d, "paths", "svc-<b>pacs</b>\\u{202e}",
            "svc-<b>pacs</b>\\u{202e} | service account | svc-<b>pacs</b>\\u{202e} → 保守 → </text><script>alert(\"g\")</script> → third → Domain Admins | 4 | "
            "the domain, admin of 6 hosts");
        row_is(
            &d, "paths", "S-1-5-21-9-9-9-1105",
            "S-1-5-21-9-9-9-1105 | not read: who is it? | S-1-5-21-9-9-9-1105 → Administrators | 1 | the domain");
        row_is(&d, "paths", "off",
               "off | disabled | off → Domain Admins | 1 | the domain, admin of 6 hosts");
        row_is(&d, "paths", "helpdesk",
               "helpdesk | admin of 2 hosts | helpdesk → PC-Admins | 1 | admin of 4 hosts");
        row_is(
            &d, "paths", "Domain Users",
            "Domain Users | everybody | Domain Users (directly in the hosts' Administrators) | 0 | admin of 1 host");
        /* A distribution list gives its members nothing. */
        row_is(&d, "paths", "third", "");
        char *text = words(chart_named(&d, "paths"));
        T_HAS(text, "groups between are not drawn");
        T_HAS(text, "Not known: who the administrators of");
        free(text);
    }
    done(&d);
}

/* Groups that contain each other, and a hundred groups above one account. */
static void cycles_and_crowds_end(void)
{
    static const char sql[] =
        "INSERT INTO membership(group_guid, member_dn, member_guid) VALUES ('ga', 'CN=gc', 'gc'), ('gb', 'CN=gb', 'gb');"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
        " INSERT INTO directory_group(guid, sid, rid, dn, sam_name, group_type, member_count) SELECT 'n' || i, 'S-1-5-21-1-2-3-' || (5000 + i), 5000 + i, 'CN=n' || i, 'group ' || i, -2147483646, 1 FROM n;"
        "INSERT INTO membership(group_guid, member_dn, member_guid) SELECT guid, 'CN=u1201', 'u1201' FROM directory_group WHERE guid GLOB 'n[0-9]*';"
        "INSERT INTO local_group_member(host, group_sid, member_sid) SELECT '192.0.2.41', 'S-1-5-32-544', sid FROM directory_group WHERE guid GLOB 'n[0-9]*';"
        "INSERT INTO nested_member(group_guid, member_guid, depth) SELECT '00000000-0000-0000-0000-000000000512', 'S-1-5-21-9-9-9-' || rid, 1 FROM directory_group WHERE guid GLOB 'n[0-9]*';"
        "INSERT INTO shared_password SELECT 'h' || rid, 3 + rid % 40, 'machine_sid', 0, 15 FROM directory_group WHERE guid GLOB 'n[0-9]*';"
        "UPDATE shared_password SET hosts = (SELECT count(*) FROM shared_password o WHERE o.cluster = shared_password.cluster)";
    struct made d;
    if (make(&d, false, sql, &options_en)) {
        all_inside(&d);
        char *text = words(chart_named(&d, "paths"));
        T_HAS(text, "more administrators are not drawn");
        free(text);
        text = words(chart_named(&d, "clusters"));
        T_HAS(text, "18 more groups: see results.json");
        free(text);
    }
    done(&d);
}

static void many_hosts_are_counted(void)
{
    static const char sql[] =
        "DELETE FROM shared_password; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        " INSERT INTO shared_password SELECT 'host-' || i, 1, 'fingerprint', 1, 1000 FROM n";
    struct made d;
    if (make(&d, true, sql, &options_en)) {
        xmlNode *shapes = child(chart_named(&d, "clusters"), "shapes");
        int circles = 0;
        for (xmlNode *s = shapes ? shapes->children : NULL; s; s = s->next) {
            circles += strcmp((const char *)s->name, "circle") == 0;
        }
        T_EQ_I(circles, 60);
        char *text = words(shapes);
        T_HAS(text, "+940");
        T_HAS(text, "equal in their SAM hives");
        free(text);
        all_inside(&d);
    }
    done(&d);
}

/* One line for the page: written down, with names that want to be markup. Left in the folder of CHARTS_KEEP for people who look. */
static void the_page_holds_text_only(void)
{
    static const char *const never[] = { "<script>alert(\"g\")", "svc-<b>", "\xe2\x80\xae",
                                         "style=", ">chart." };
    const char *keep = getenv("CHARTS_KEEP");
    for (int ja = 0; ja < 2; ja++) {
        struct made d;
        struct err err;
        bool ok = make(&d, false, "", ja ? &options_ja : &options_en) && add_trend(&d, 6);
        for (int i = 0; ok && i < 6; i++) {
            add_theme(&d, i, "mfa", "<script>alert(\"g\")</script>", i == 3 ? -1 : 30 + 9 * i);
        }
        if (!ok || chart_theme_trends(&d.m, charts_of(&d), &err) != RC_OK) {
            T_OK(false);
            done(&d);
            continue;
        }
        static const char *const css[] = { "report.css", "cover.css", "body.css", "chart.css" };
        const struct html_page page = { .sheet = "report.xsl", .css = css, .css_count = 4 };
        char path[512];
        (void)snprintf(path, sizeof(path), "%s/charts-%s.html", keep ? keep : fixture_folder(),
                       ja ? "ja" : "en");
        AUTO(out_done) struct out o = { 0 };
        T_OK(out_open(&o, path, &err) == RC_OK && html_page(&d.m, &page, &o, &err) == RC_OK &&
             out_commit(&o, &err) == RC_OK);
        size_t n = 0;
        char *text = (char *)t_read_file(path, &n);
        for (const char *from = text; from && (from = strstr(from, "<figure class=\"chart\">"));) {
            const char *to = strstr(from, "</figure>");
            char *part = strndup(from, to ? (size_t)(to - from) : 0);
            for (size_t i = 0; i < ARRAY_LEN(never); i++) {
                T_OK(!strstr(part, never[i]));
            }
            T_HAS(part, "role=\"img\" aria-labelledby=\"chart-");
            free(part);
            from++;
        }
        T_HAS(text ? text : "", "&lt;/text&gt;&lt;script&gt;alert");
        free(text);
        done(&d);
    }
}

static void evidence_without_anything_has_no_chart(void)
{
    struct store *s = NULL;
    struct made d = { 0 };
    struct err err;
    T_OK(store_open_memory(&s, &err) == RC_OK && assets_open(&d.assets, NULL, &err) == RC_OK &&
         model_build(&d.m, store_handle(s), &d.assets, &options_en, &err) == RC_OK);
    d.s = s;
    xmlNode *none = charts_of(&d);
    T_OK(none && !none->children);
    done(&d);
    /* Computers that were asked for and denied: said, not drawn. */
    if (make(
            &d, true,
            "DELETE FROM account; DELETE FROM account_state; UPDATE coverage SET state = 'denied' WHERE source = 'ldap.computer'",
            &options_en)) {
        char *text = words(chart_named(&d, "laps"));
        T_HAS(text, "Not all computers could be read");
        T_EQ_I(number(chart_named(&d, "laps"), "height"), 0);
        T_OK(!chart_named(&d, "ages") && !chart_named(&d, "reset"));
        free(text);
    }
    done(&d);
}

/* Merging two branches lost one once: each file of words beside the style sheets is in the catalogue. */
static void every_catalogue_is_read(void)
{
    struct assets assets;
    struct err err;
    glob_t files;
    T_OK(assets_open(&assets, NULL, &err) == RC_OK);
    T_OK(glob(SOURCE_DIR "/report/html/messages*.xml", 0, NULL, &files) == 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        size_t n = 0;
        char id[100] = "", *text = (char *)t_read_file(files.gl_pathv[i], &n);
        const char *from = text ? strstr(text, "<m id=\"") : NULL;
        size_t length = from ? strcspn(from + 7, "\"") : 0;
        if (from && length < sizeof(id)) {
            memcpy(id, from + 7, length);
            id[length] = '\0';
        }
        if (!assets_message(&assets, id, TEXT_EN)) {
            T_EQ_S(files.gl_pathv[i], "in the catalogue");
        }
        free(text);
    }
    globfree(&files);
    assets_done(&assets);
}

static void cleans_up(void)
{
    (void)fixture_path("x");
    T_OK(fixture_remove());
}

#define TESTS(X)                              \
    X(nothing_lies_outside)                   \
    X(each_has_a_text_alternative)            \
    X(parts_add_up)                           \
    X(texts_are_cut)                          \
    X(what_is_not_known_is_a_part_of_its_own) \
    X(ways_are_told_in_words)                 \
    X(cycles_and_crowds_end)                  \
    X(many_hosts_are_counted)                 \
    X(the_page_holds_text_only)               \
    X(evidence_without_anything_has_no_chart) \
    X(every_catalogue_is_read)                \
    X(cleans_up)
T_MAIN("report_charts", TESTS)
