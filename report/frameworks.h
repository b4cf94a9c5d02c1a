/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an item of a framework comes to, and references with the titles of their items: SQL that page, JSON and the reset documents share. */
#ifndef REPORT_FRAMEWORKS_H
#define REPORT_FRAMEWORKS_H

/* clang-format off */
/* Common table expressions. answer_state(check_id, state): each evaluated check by its worst verdict. item_state: each item with how many
 * checks name it (checks), were evaluated, failed, are unknown; how many actions of the reset plan name it; and its verdict, the worst of its
 * checks: what is unknown never passes, and not_evaluated (no check of it is in the profile), reset (only actions name it), out_of_scope and
 * unanswered are none. */
#define FRAMEWORK_STATES \
    "WITH answer_state AS MATERIALIZED (SELECT c.id AS check_id," \
    " CASE WHEN sum(n.subjects) FILTER (WHERE n.verdict = 'fail') > 0 THEN 'fail'" \
    " WHEN sum(n.subjects) FILTER (WHERE n.verdict IN ('unknown', 'error')) > 0 THEN 'unknown'" \
    " WHEN sum(n.subjects) FILTER (WHERE n.verdict = 'waived') > 0 THEN 'waived'" \
    " WHEN sum(n.subjects) FILTER (WHERE n.verdict = 'pass') > 0 THEN 'pass' ELSE 'not_applicable' END AS state" \
    " FROM check_info c LEFT JOIN check_count n USING (check_no) GROUP BY c.check_no)," \
    " item_count AS MATERIALIZED (SELECT f.framework, f.item, count(*) FILTER (WHERE f.is_action = 0) AS checks, count(s.check_id) AS evaluated," \
    " count(*) FILTER (WHERE s.state = 'fail') AS fail, count(*) FILTER (WHERE s.state = 'unknown') AS unknown," \
    " count(*) FILTER (WHERE s.state = 'waived') AS waived, count(*) FILTER (WHERE s.state = 'pass') AS pass, count(*) FILTER (WHERE f.is_action = 1) AS actions" \
    " FROM framework_check f LEFT JOIN answer_state s ON s.check_id = f.check_id AND f.is_action = 0 GROUP BY f.framework, f.item)," \
    " item_state AS MATERIALIZED (SELECT i.*, coalesce(c.checks, 0) AS checks, coalesce(c.evaluated, 0) AS evaluated, coalesce(c.fail, 0) AS fail," \
    " coalesce(c.unknown, 0) AS unknown, coalesce(c.actions, 0) AS actions, CASE WHEN c.fail > 0 THEN 'fail' WHEN c.unknown > 0 THEN 'unknown'" \
    " WHEN c.waived > 0 THEN 'waived' WHEN c.pass > 0 THEN 'pass' WHEN c.evaluated > 0 THEN 'not_applicable' WHEN c.checks > 0 THEN 'not_evaluated'" \
    " WHEN c.actions > 0 THEN 'reset' WHEN i.scope_en IS NOT NULL THEN 'out_of_scope' ELSE 'unanswered' END AS verdict" \
    " FROM framework_item i LEFT JOIN item_count c USING (framework, item)) "

/* Rows framework, text: one a framework; but an item that is a bare number stands alone, with its title. REFS: SQL of the JSON text. */
#define FRAMEWORK_REFERENCES(REFS, LANGUAGE) \
    "SELECT r.key, group_concat(i.value || CASE WHEN i.value NOT GLOB '*[^0-9]*' THEN coalesce(' ' || t.title_" LANGUAGE ", '') ELSE '' END, ', ')" \
    " FROM json_each(CASE WHEN json_valid(" REFS ") THEN " REFS " ELSE '{}' END) r, json_each(CASE r.type WHEN 'array' THEN r.value ELSE json_array(r.value) END) i" \
    " LEFT JOIN framework_item t ON t.framework = r.key AND t.item = i.value" \
    " GROUP BY r.id, CASE WHEN i.value NOT GLOB '*[^0-9]*' THEN i.id END ORDER BY r.id, i.id"

/* clang-format on */

#endif
