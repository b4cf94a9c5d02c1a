/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a verdict is unknown, in both languages: which columns were empty, and what was not seen. The same combination is worded
 * once a check, since a source that was denied makes every row unknown in the same way. */
#include <string.h>

#include "rules/outcome.h"

struct wording {
    struct evaluation *e;
    const struct check *c;
    const char *target; /* NULL: the row is about no host */
    struct wr en, ja;
    const char *told[CHECK_MAX_READ];
    size_t told_count;
};

static struct text2 problem_of(struct wording *w, const char *source)
{
    const struct word2 *word = vocabulary_source(&w->e->rules->words, source);
    struct text2 problem = { NULL, NULL };
    const char *seen = NULL;
    struct err ignored;
    if (w->target && word && coverage_is_by_host(source) &&
        coverage_of_target(&w->e->coverage, w->e->scratch, w->e->db, word, w->target, &problem,
                           &seen, &ignored) == RC_OK) {
        return problem;
    }
    return coverage_source(&w->e->coverage, source)->problems;
}

static void tell_source(struct wording *w, const char *source)
{
    for (size_t i = 0; i < w->told_count; i++) {
        if (strcmp(w->told[i], source) == 0) {
            return;
        }
    }
    /* Of a host the first is enough: the others mostly follow from it, and would tear apart what belongs together. */
    if (w->told_count == (w->target ? 1 : ARRAY_LEN(w->told))) {
        return;
    }
    struct text2 problem = problem_of(w, source);
    if (problem.en) {
        w->told[w->told_count++] = source;
        wr_printf(&w->en, "%s%s", w->en.size > 0 ? " " : "", problem.en);
        wr_text(&w->ja, problem.ja);
    }
}

/* The sources behind a short form. */
static void tell_probes(struct wording *w)
{
    if (w->c->probes.registry_count > 0) {
        tell_source(w, "smb.registry");
    }
    if (w->c->probes.service_count > 0) {
        tell_source(w, "smb.service");
    }
}

static void name_columns(struct wording *w, const struct view *v, uint64_t mask)
{
    bool first = true;
    wr_text(&w->en, "No value for ");
    for (size_t i = 0; i < w->c->read_count; i++) {
        if (!(mask >> i & 1)) {
            continue;
        }
        const struct column *column = view_column(v, w->c->read[i]);
        const char *en = column && column->label.en ? column->label.en : w->c->read[i];
        const char *ja = column && column->label.ja ? column->label.ja : w->c->read[i];
        wr_printf(&w->en, "%s\"%s\"", first ? "" : ", ", en);
        wr_printf(&w->ja, "%s「%s」", first ? "" : "、", ja);
        first = false;
    }
    wr_text(&w->en, ".");
    wr_text(&w->ja, "の値がありません。");
}

/* What is missing, in the words of the check. */
static void say_what(struct wording *w, const struct view *v, bool is_about_applies, uint64_t mask)
{
    if (is_about_applies) {
        wr_text(&w->en, "Whether the check applies is not known. ");
        wr_text(&w->ja, "点検の対象かどうかを判断できません。");
    }
    if (w->c->setting && !is_about_applies) {
        wr_printf(&w->en, "No value for \"%s\".", w->c->setting);
        wr_printf(&w->ja, "「%s」の値がありません。", w->c->setting);
    } else if (!v || mask == 0) {
        wr_text(&w->en, "The condition has no answer for this subject.");
        wr_text(&w->ja, "この対象については判定できませんでした。");
    } else {
        name_columns(w, v, mask);
    }
}

/* What was not seen, source by source. */
static void say_why(struct wording *w, const struct view *v, bool is_about_applies, uint64_t mask)
{
    if (!is_about_applies) {
        tell_probes(w);
    }
    for (size_t i = 0; v && i < w->c->read_count; i++) {
        const struct column *column = mask >> i & 1 ? view_column(v, w->c->read[i]) : NULL;
        for (size_t k = 0; column && column->sources[k]; k++) {
            tell_source(w, column->sources[k]);
        }
    }
    for (size_t k = 0; v && v->sources[k]; k++) {
        tell_source(w, v->sources[k]);
    }
}

/* A host that did not tell something is reason enough: which values that leaves open would only make another sentence of every
 * check. */
static void word_it(struct wording *w, bool is_about_applies, uint64_t mask)
{
    const struct view *v = catalogue_view(&w->e->rules->catalogue, w->c->view);
    if (w->target) {
        say_why(w, v, is_about_applies, mask);
        if (w->told_count > 0) {
            return;
        }
    }
    say_what(w, v, is_about_applies, mask);
    if (!w->target) {
        say_why(w, v, is_about_applies, mask);
    }
    if (w->told_count == 0 && w->target) {
        wr_text(&w->en,
                " It is not set or not of the expected kind, or what was read does not decide it.");
        wr_text(&w->ja,
                "未設定であるか、想定外の形式であるか、読み取った内容だけでは判断できません。");
    } else if (w->told_count == 0) {
        wr_text(&w->en, " It is not set, or the audit account may not read it.");
        wr_text(&w->ja, "設定されていないか、監査用アカウントに読み取り権限がありません。");
    }
}

struct text2 reason_find(struct evaluation *e, const struct check *c, bool is_about_applies,
                         uint64_t mask, const char *target)
{
    static const struct text2 no_memory = { "The reason could not be written: out of memory.",
                                            "メモリ不足のため理由を記録できませんでした。" };
    for (struct reason *r = target ? NULL : e->reasons; r; r = r->next) {
        if (r->mask == mask && r->is_about_applies == is_about_applies) {
            return r->text;
        }
    }
    struct wording w = { .e = e, .c = c, .target = target };
    wr_init(&w.en, 65536);
    wr_init(&w.ja, 65536);
    word_it(&w, is_about_applies, mask);
    struct reason *r = arena_alloc(e->scratch, sizeof(*r));
    struct text2 text = { put_take(e->scratch, &w.en), put_take(e->scratch, &w.ja) };
    wr_done(&w.en);
    wr_done(&w.ja);
    if (!r || !text.en || !text.ja) {
        return no_memory;
    }
    if (target) {
        return text; /* every host has its own */
    }
    *r = (struct reason){ mask, is_about_applies, text, e->reasons };
    e->reasons = r;
    return text;
}

const char *reason_seen(struct evaluation *e, const struct check *c, const char *target)
{
    const struct view *v = catalogue_view(&e->rules->catalogue, c->view);
    const char *source = c->probes.registry_count > 0  ? "smb.registry"
                         : c->probes.service_count > 0 ? "smb.service"
                                                       : NULL;
    for (size_t i = 0; v && i < c->read_count && !source; i++) {
        const struct column *column = view_column(v, c->read[i]);
        for (size_t k = 0; column && column->sources[k] && !source; k++) {
            source = coverage_is_by_host(column->sources[k]) ? column->sources[k] : NULL;
        }
    }
    const struct word2 *word = source ? vocabulary_source(&e->rules->words, source) : NULL;
    struct text2 problem;
    const char *seen = NULL;
    struct err ignored;
    if (!word || coverage_of_target(&e->coverage, e->scratch, e->db, word, target, &problem, &seen,
                                    &ignored) != RC_OK) {
        return NULL;
    }
    return seen;
}
