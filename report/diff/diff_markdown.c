/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.md: the comparison for a ticket or a mail, as diff_text tells it. */
#include "report/diff/diff_doc.h"
#include "report/reset/md_text.h"

struct page {
    struct diff_doc *o;
    struct out *out;
};

static void count_row(struct page *p, const char *id, int64_t number)
{
    arena_reset(p->o->a);
    out_text(p->out, "| ");
    out_text(p->out, diff_say(p->o, id, NULL, NULL));
    out_text(p->out, " | ");
    out_text(p->out, diff_number(p->o, number));
    out_text(p->out, " |\n");
}

static void put_counts(struct page *p)
{
    const struct diff *d = p->o->d;
    out_text(p->out, "| ");
    out_text(p->out, diff_say(p->o, "table.what", NULL, NULL));
    out_text(p->out, " | ");
    out_text(p->out, diff_say(p->o, "table.count", NULL, NULL));
    out_text(p->out, " |\n| --- | ---: |\n");
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        char id[32];
        (void)snprintf(id, sizeof(id), "kind.%s", diff_kind_word((enum diff_kind)kind));
        count_row(p, id, d->count[kind]);
    }
    count_row(p, "same", d->same);
    count_row(p, "same_waived", d->same_waived);
    count_row(p, "lost", d->lost);
    count_row(p, "seen", d->seen);
    count_row(p, "renamed", d->renamed);
}

static enum rc put_item(const struct diff_item *i, void *context, struct err *err)
{
    struct page *p = context;
    const char *severity = assets_message2(&p->o->assets, "severity.", i->severity, p->o->lang);
    out_text(p->out, "- **");
    out_text(p->out, severity ? severity : "");
    out_text(p->out, "** ");
    TRY(md_code(p->out, p->o->a, i->check, err));
    out_text(p->out, " ");
    TRY(md_text(p->out, p->o->a, i->name, TEXT_SHOWN, err));
    if (i->name_before[0]) {
        out_text(p->out, " (");
        const char *was = diff_say(p->o, "was", i->name_before, NULL);
        TRY(md_text(p->out, p->o->a, was ? was : "", TEXT_SHOWN, err));
        out_text(p->out, ")");
    }
    out_text(p->out, ": ");
    TRY(md_text(p->out, p->o->a, i->title, TEXT_SHOWN, err));
    out_text(p->out, "; ");
    TRY(md_text(p->out, p->o->a, i->reason, TEXT_SHOWN, err));
    if (i->finding[0]) {
        out_text(p->out, " ");
        TRY(md_code(p->out, p->o->a, i->finding, err));
    }
    out_text(p->out, "\n");
    return RC_OK;
}

static enum rc put_kind(struct page *p, enum diff_kind kind, struct err *err)
{
    char id[32];
    int64_t rest = 0;
    if (p->o->d->count[kind] == 0) {
        return RC_OK;
    }
    arena_reset(p->o->a);
    (void)snprintf(id, sizeof(id), "kind.%s", diff_kind_word(kind));
    out_text(p->out, "\n## ");
    out_text(p->out, diff_say(p->o, id, NULL, NULL));
    (void)snprintf(id, sizeof(id), "note.%s", diff_kind_word(kind));
    out_text(p->out, "\n\n");
    out_text(p->out, diff_say(p->o, id, NULL, NULL));
    out_text(p->out, "\n\n");
    TRY(diff_each(p->o, kind, p->o->most, put_item, p, &rest, err));
    if (rest > 0) {
        out_text(p->out, "- ");
        out_text(p->out, diff_say(p->o, "rest", diff_number(p->o, rest), NULL));
        out_text(p->out, "\n");
    }
    return RC_OK;
}

static const char *day(struct diff_doc *o, const struct diff_side *side)
{
    return side->now > 0 ? text_time(o->a, side->now, o->lang) : "-";
}

enum rc diff_markdown(struct diff_doc *o, struct out *out, struct err *err)
{
    struct page p = { o, out };
    const char *remarks[4];
    arena_reset(o->a);
    out_text(out, "# ");
    out_text(out, diff_say(o, "title", NULL, NULL));
    out_text(out, "\n\n");
    out_text(out, diff_say(o, "head", day(o, &o->d->before), day(o, &o->d->now)));
    out_text(out, "\n\n");
    size_t n = diff_remarks(o, remarks);
    for (size_t i = 0; i < n; i++) {
        TRY(md_text(out, o->a, remarks[i] ? remarks[i] : "", 0, err));
        out_text(out, "\n\n");
    }
    put_counts(&p);
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        TRY(put_kind(&p, (enum diff_kind)kind, err));
    }
    return RC_OK;
}
