/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/waiver_match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool waiver_is_glob(const char *s)
{
    return strchr(s, '*') != NULL;
}

bool waiver_is_all(const char *s)
{
    return s[0] == '*' && s[strspn(s, "*")] == '\0';
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_finding(const void *a, const void *b)
{
    return strcmp((*(struct waiver *const *)a)->finding, (*(struct waiver *const *)b)->finding);
}

static int by_subject(const void *a, const void *b)
{
    return strcasecmp((*(struct waiver *const *)a)->subject, (*(struct waiver *const *)b)->subject);
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

/* An entry of the site file that could mean several accounts waives none of them. */
static const char group_sql[] =
    "WITH member(guid) AS (SELECT m.guid FROM named_member m WHERE m.purpose = ?1 AND NOT EXISTS (SELECT 1 FROM named_principal p"
    " WHERE p.purpose = m.purpose AND p.matches > 1 AND (p.guid = m.guid OR p.kind = 'group')))"
    " SELECT guid FROM member UNION SELECT a.sid FROM member m JOIN account a ON a.guid = m.guid WHERE a.sid IS NOT NULL"
    " UNION SELECT s.subject FROM member m JOIN mfa_state s ON s.guid = m.guid";

static enum rc read_group(struct arena *a, sqlite3 *db, const char *purpose,
                          struct waiver_group *ret, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    size_t room = 0;
    int sq = sqlite3_prepare_v2(db, group_sql, -1, &s, NULL);
    if (sq == SQLITE_OK) {
        (void)sqlite3_bind_text(s, 1, purpose, -1, SQLITE_STATIC);
        sq = sqlite3_step(s);
    }
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        if (ret->count == room) {
            size_t more = room ? 2 * room : 16;
            const char **keys = arena_array(a, more, sizeof(char *));
            if (!keys) {
                return err_setf(err, RC_NOMEM, "out of memory");
            }
            for (size_t i = 0; i < ret->count; i++) {
                keys[i] = ret->keys[i];
            }
            ret->keys = keys;
            room = more;
        }
        const char *key = arena_strdup(a, (const char *)sqlite3_column_text(s, 0));
        if (!key) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        ret->keys[ret->count++] = key;
    }
    if (sq != SQLITE_DONE) {
        return err_setf(err, RC_IO, "reading the accounts that waivers mean: %s",
                        sqlite3_errmsg(db));
    }
    if (ret->count > 0) {
        qsort(ret->keys, ret->count, sizeof(char *), by_text);
    }
    return RC_OK;
}

static bool names(const struct waiver *w, const char *group)
{
    return (w->subject && strcmp(w->subject, group) == 0) ||
           (w->item && strcmp(w->item, group) == 0);
}

enum rc waiver_index_begin(struct waiver_index *x, struct rules *r, struct arena *a, sqlite3 *db,
                           filetime now, struct err *err)
{
    *x = (struct waiver_index){ .rules = r, .now = now };
    bool break_glass = false, honey = false;
    x->by_finding = arena_array(a, r->waiver_count + 1, sizeof(struct waiver *));
    x->exact = arena_array(a, r->waiver_count + 1, sizeof(struct waiver *));
    x->other = arena_array(a, r->waiver_count + 1, sizeof(struct waiver *));
    if (!x->by_finding || !x->exact || !x->other) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (struct waiver *w = r->waivers; w; w = w->next) {
        w->used = w->fits = 0;
        if (w->finding) {
            x->by_finding[x->finding_count++] = w;
        }
        break_glass = break_glass || names(w, WAIVER_BREAK_GLASS);
        honey = honey || names(w, WAIVER_HONEY);
    }
    qsort(x->by_finding, x->finding_count, sizeof(struct waiver *), by_finding);
    TRY(break_glass ? read_group(a, db, "break_glass", &x->break_glass, err) : RC_OK);
    return honey ? read_group(a, db, "honey", &x->honey, err) : RC_OK;
}

void waiver_index_check(struct waiver_index *x, const char *check)
{
    x->exact_count = x->other_count = 0;
    for (struct waiver *w = x->rules->waivers; w; w = w->next) {
        if (!w->check || !glob_matches(w->check, check)) {
            continue;
        }
        if (waiver_is_glob(w->subject) || w->subject[0] == '@') {
            x->other[x->other_count++] = w;
        } else {
            x->exact[x->exact_count++] = w;
        }
    }
    qsort(x->exact, x->exact_count, sizeof(struct waiver *), by_subject);
}

static bool is_in_group(const struct waiver_index *x, const char *word, const char *key)
{
    const struct waiver_group *g = strcmp(word, WAIVER_HONEY) == 0 ? &x->honey : &x->break_glass;
    return key && g->count > 0 && bsearch(&key, g->keys, g->count, sizeof(char *), by_text);
}

static bool means_item(const struct waiver_index *x, const struct waiver *w, const char *item)
{
    if (!w->item) {
        return true;
    }
    return w->item[0] == '@' ? is_in_group(x, w->item, item) : glob_matches(w->item, item);
}

bool waiver_means(const struct waiver_index *x, const struct waiver *w,
                  const struct waiver_subject *s)
{
    if (w->finding) {
        return strcmp(w->finding, s->finding) == 0;
    }
    bool subject = w->subject[0] == '@'
                       ? is_in_group(x, w->subject, s->key)
                       : glob_matches(w->subject, s->key) ||
                             (s->name && glob_matches_any_case(w->subject, s->name));
    return subject && means_item(x, w, s->item);
}

/* How exactly the subject is named: key, name, group, glob by its letters, everything. */
static size_t subject_rank(const struct waiver *w, const struct waiver_subject *s)
{
    enum {
        GLOB = 1,
        GROUP = 1 << 20,
        NAME,
        KEY,
        FINDING
    };

    if (w->finding) {
        return FINDING;
    }
    if (w->subject[0] == '@') {
        return GROUP;
    }
    if (!waiver_is_glob(w->subject)) {
        return strcmp(w->subject, s->key) == 0 ? KEY : NAME;
    }
    size_t letters = 0;
    for (const char *p = w->subject; *p; p++) {
        letters += *p != '*';
    }
    return letters > 0 ? GLOB + letters : 0;
}

static int item_rank(const struct waiver *w)
{
    return !w->item || waiver_is_all(w->item)             ? 0
           : w->item[0] == '@' || waiver_is_glob(w->item) ? 1
                                                          : 2;
}

bool waiver_closer(const struct waiver *a, const struct waiver *b, const struct waiver_subject *s)
{
    size_t x = subject_rank(a, s), y = subject_rank(b, s);
    if (x == y) {
        x = a->check && !waiver_is_glob(a->check);
        y = b->check && !waiver_is_glob(b->check);
    }
    if (x == y) {
        x = (size_t)item_rank(a);
        y = (size_t)item_rank(b);
    }
    if (x != y) {
        return x > y;
    }
    return a->ends != b->ends ? a->ends > b->ends : a->number < b->number;
}

struct search {
    struct waiver_index *x;
    const struct waiver_subject *s;
    struct waiver *best;
};

static void take(struct search *q, struct waiver *w)
{
    w->fits++;
    if (q->x->now < w->ends && (!q->best || waiver_closer(w, q->best, q->s))) {
        q->best = w;
    }
}

/* The first waiver whose subject is the text, A-Z as a-z. */
static size_t first_exact(const struct waiver_index *x, const char *text)
{
    size_t low = 0, high = x->exact_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcasecmp(x->exact[middle]->subject, text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void take_exact(struct search *q, const char *text, bool is_key)
{
    const struct waiver_index *x = q->x;
    for (size_t i = first_exact(x, text);
         i < x->exact_count && strcasecmp(x->exact[i]->subject, text) == 0; i++) {
        struct waiver *w = x->exact[i];
        /* A waiver whose subject is both the key and the name was taken by the key. */
        bool fits = (strcmp(w->subject, q->s->key) == 0) == is_key;
        if (fits && means_item(x, w, q->s->item)) {
            take(q, w);
        }
    }
}

static void take_finding(struct search *q)
{
    const struct waiver_index *x = q->x;
    size_t low = 0, high = x->finding_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(x->by_finding[middle]->finding, q->s->finding) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < x->finding_count && strcmp(x->by_finding[low]->finding, q->s->finding) == 0;
         low++) {
        take(q, x->by_finding[low]);
    }
}

struct waiver *waiver_find(struct waiver_index *x, const struct waiver_subject *s)
{
    struct search q = { .x = x, .s = s };
    if (x->finding_count > 0) {
        take_finding(&q);
    }
    if (x->exact_count > 0) {
        take_exact(&q, s->key, true);
        if (s->name) {
            take_exact(&q, s->name, false);
        }
    }
    for (size_t i = 0; i < x->other_count; i++) {
        if (waiver_means(x, x->other[i], s)) {
            take(&q, x->other[i]);
        }
    }
    if (q.best) {
        q.best->used++;
    }
    return q.best;
}
