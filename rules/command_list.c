/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checks lint and checks list. */
#include <inttypes.h>
#include <string.h>

#include "audit/base/utf.h"
#include "rules/check.h"
#include "rules/commands.h"
#include "rules/question.h"
#include "rules/reset/playbook.h"

void rules_lint(const struct rules *r, const struct rules_mistake *mistakes, FILE *out)
{
    size_t checks = 0, count = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        checks++;
    }
    for (const struct rules_mistake *m = mistakes; m; m = m->next) {
        (void)fprintf(out, "%s\n", m->text);
        count++;
    }
    (void)fprintf(out, "%zu check%s, ", checks, checks == 1 ? "" : "s");
    if (r->playbook) {
        size_t actions = r->playbook->count;
        (void)fprintf(out, "%zu action%s of the reset plan, ", actions, actions == 1 ? "" : "s");
    }
    (void)fprintf(out, "%zu mistake%s\n", count, count == 1 ? "" : "s");
}

static void put_value(struct wr *w, const struct parameter *p, bool is_own)
{
    const char *text = is_own ? p->own_text : p->text;
    int64_t number = is_own ? p->own_number : p->number;
    if (p->type == PARAMETER_TEXT) {
        put_json_text(w, text, strlen(text));
    } else if (p->type == PARAMETER_BOOLEAN) {
        wr_text(w, number ? "true" : "false");
    } else {
        wr_printf(w, "%" PRId64, number);
    }
}

static bool is_changed(const struct parameter *p)
{
    return p->type == PARAMETER_TEXT ? strcmp(p->text, p->own_text) != 0
                                     : p->number != p->own_number;
}

/* A line below the check: its parameters in force, and what a profile changed. */
static void print_settings(const struct check *c, size_t indent, bool ja, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    if (c->severity != c->own_severity && c->own_severity >= 0) {
        wr_printf(&w, ja ? "重要度 %s（チェックの既定は %s）" : "severity %s (the check's own: %s)",
                  severity_words[c->severity], severity_words[c->own_severity]);
    }
    for (size_t i = 0; i < c->parameter_count; i++) {
        const struct parameter *p = &c->parameters[i];
        wr_printf(&w, "%s%s = ", w.size > 0 ? ", " : "", p->name);
        put_value(&w, p, false);
        if (is_changed(p)) {
            wr_text(&w, ja ? "（チェックの既定は " : " (the check's own: ");
            put_value(&w, p, true);
            wr_text(&w, ja ? "）" : ")");
        }
    }
    if (w.size > 0 && !w.bad) {
        (void)fprintf(out, "%*s%.*s\n", (int)indent, "", (int)w.size, (const char *)w.data);
    }
}

static void list_table(const struct rules *r, const char *lang, FILE *out)
{
    const char *mark = strcmp(lang, "ja") == 0 ? "［質問］" : "[question] ";
    size_t width = 2;
    for (const struct check *c = r->checks; c; c = c->next) {
        size_t n = c->is_selected ? strlen(c->id) : 0;
        width = n > width ? n : width;
    }
    for (const struct check *c = r->checks; c; c = c->next) {
        if (c->is_selected) {
            put_padded(out, c->id, width + 2, 0);
            put_padded(out, severity_words[c->severity], 10, 0);
            put_padded(out, c->tags[0], 16, 0);
            (void)fprintf(out, "%s%s\n", c->question ? mark : "", text2_in(&c->title, lang));
            print_settings(c, width + 2, strcmp(lang, "ja") == 0, out);
        }
    }
    (void)fprintf(out, "%zu checks\n", r->selected);
}

/* "parameters": { name: { "value": …, "own": … } }; own is the check's, value what is in force. */
static void put_parameters(struct wr *w, const struct check *c)
{
    wr_text(w, ", \"parameters\": {");
    for (size_t i = 0; i < c->parameter_count; i++) {
        wr_text(w, i ? ", " : "");
        put_json_text(w, c->parameters[i].name, strlen(c->parameters[i].name));
        wr_text(w, ": {\"value\": ");
        put_value(w, &c->parameters[i], false);
        wr_text(w, ", \"own\": ");
        put_value(w, &c->parameters[i], true);
        wr_text(w, "}");
    }
    wr_text(w, "}");
}

static void list_json(const struct rules *r, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 64U << 20);
    wr_text(&w, "[");
    bool first = true;
    for (const struct check *c = r->checks; c; c = c->next) {
        if (!c->is_selected) {
            continue;
        }
        wr_text(&w, first ? "\n  {\"id\": " : ",\n  {\"id\": ");
        first = false;
        put_json_text(&w, c->id, strlen(c->id));
        put_json_field(&w, "severity", severity_words[c->severity]);
        put_json_field(&w, "view", c->view);
        put_json_field(&w, "title_en", c->title.en);
        put_json_field(&w, "title_ja", c->title.ja);
        if (c->question) {
            put_json_field(&w, "question_en", c->question->text.en);
            put_json_field(&w, "question_ja", c->question->text.ja);
        }
        wr_text(&w, ", \"tags\": ");
        put_json_words(&w, c->tags, c->tag_count);
        if (c->severity != c->own_severity && c->own_severity >= 0) {
            put_json_field(&w, "own_severity", severity_words[c->own_severity]);
        }
        put_parameters(&w, c);
        wr_text(&w, "}");
    }
    wr_text(&w, "\n]\n");
    (void)fwrite(w.data, 1, w.bad ? 0 : w.size, out);
}

void rules_list(const struct rules *r, enum rules_format format, const char *lang, FILE *out)
{
    if (format == RULES_JSON) {
        list_json(r, out);
    } else {
        list_table(r, lang, out);
    }
}

void rules_statements(const struct rules *r, FILE *out)
{
    for (size_t i = 0; i < r->catalogue.count; i++) {
        bool counted = false;
        for (const struct check *c = r->checks; c && !counted; c = c->next) {
            counted = c->is_selected && c->applies.text && c->view == r->catalogue.views[i].name;
        }
        if (counted) {
            (void)fprintf(out, "SELECT count(*) FROM \"%s\";\n", r->catalogue.views[i].name);
        }
    }
    for (const struct check *c = r->checks; c; c = c->next) {
        if (c->is_selected && c->statement) {
            (void)fprintf(out, "%s;\n", c->statement);
        }
    }
}
