/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/mfa_rows.h"

#include <sys/random.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"

#define MEMORY    ((size_t)384 * 1024 * 1024)
#define BUCKETS   (1U << 18)
#define NAME_MOST 1024U /* bytes; the longest user principal name that a directory takes */
#define TOLD_MOST 64U
#define SAME_MOST 8U /* records that contradict each other about one account */

struct factor {
    struct factor *next;
    struct mfa_factor f;
};

struct account {
    struct account *next, *bucket;
    uint64_t number;
    const char *texts[MFA_TEXT_COUNT];
    const char *no_source,
        *yes_source; /* which product says that there is none, and that there is one */
    struct factor *first, *last;
    filetime updated_at, used_at;
    signed char facts[MFA_FACT_COUNT];
    bool denies;
};

struct mfa_rows {
    struct row_sink *sink;
    const char *origin, *path;
    bool joins;
    struct arena *a;
    struct account *first, *last;
    struct account **buckets;
    uint64_t seed;
    struct mfa_totals totals;
};

struct mfa_rows *mfa_rows_new(struct row_sink *sink, const char *origin, const char *path,
                              bool joins)
{
    struct mfa_rows *m = calloc(1, sizeof(*m));
    if (!m) {
        return NULL;
    }
    *m = (struct mfa_rows){ .sink = sink, .origin = origin, .path = path, .joins = joins };
    m->a = arena_new(MEMORY);
    m->buckets = joins ? calloc(BUCKETS, sizeof(*m->buckets)) : NULL;
    (void)!getrandom(&m->seed, sizeof(m->seed), 0);
    if (!m->a || (joins && !m->buckets)) {
        mfa_rows_free(m);
        return NULL;
    }
    return m;
}

void mfa_rows_free(struct mfa_rows *m)
{
    if (m) {
        arena_free(m->a);
        free(m->buckets);
        free(m);
    }
}

void mfa_rows_freep(struct mfa_rows **m)
{
    mfa_rows_free(*m);
}

void mfa_rows_totals(const struct mfa_rows *m, struct mfa_totals *ret)
{
    *ret = m->totals;
}

/* Which text tells the account: the first that is there. */
static enum mfa_text key_of(const char *const texts[])
{
    static const enum mfa_text order[] = { MFA_ID, MFA_SID, MFA_UPN, MFA_NAME };

    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        if (texts[order[i]]) {
            return order[i];
        }
    }
    return MFA_TEXT_COUNT;
}

static uint64_t mix(uint64_t h, const char *text)
{
    for (; text && *text; text++) {
        unsigned char c = (unsigned char)*text;
        h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32U : c)) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

static bool is_same_text(const char *a, const char *b)
{
    return !a || !b || strcasecmp(a, b) == 0;
}

static bool is_same_account(const struct account *x, const struct mfa_record *r, enum mfa_text key)
{
    return key_of(x->texts) == key && strcasecmp(x->texts[key], r->texts[key]) == 0 &&
           (key != MFA_NAME || is_same_text(x->texts[MFA_DOMAIN] ? x->texts[MFA_DOMAIN] : "",
                                            r->texts[MFA_DOMAIN] ? r->texts[MFA_DOMAIN] : ""));
}

static bool contradicts(const struct account *x, const struct mfa_record *r)
{
    for (size_t i = 0; i < MFA_TEXT_COUNT; i++) {
        if (!is_same_text(x->texts[i], r->texts[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < MFA_FACT_COUNT; i++) {
        if (i != MFA_REGISTERED && x->facts[i] >= 0 && r->facts[i] >= 0 &&
            x->facts[i] != r->facts[i]) {
            return true;
        }
    }
    /* One product may have nothing of an account, and another one something. */
    int had = x->facts[MFA_REGISTERED], has = r->facts[MFA_REGISTERED];
    return (had == 0 && has == 1 && is_same_text(x->no_source, r->source)) ||
           (had == 1 && has == 0 && is_same_text(x->yes_source, r->source));
}

static const char *copy(struct mfa_rows *m, const char *text, bool *ok)
{
    const char *made = text ? arena_strdup(m->a, text) : NULL;
    *ok = *ok && (!text || made);
    return made;
}

static void add_factor(struct mfa_rows *m, struct account *x, const struct mfa_factor *f, bool *ok)
{
    size_t count = 0;
    for (struct factor *g = x->first; g; g = g->next, count++) {
        if (strcmp(g->f.method, f->method) == 0 &&
            strcmp(g->f.told ? g->f.told : "", f->told ? f->told : "") == 0) {
            g->f.state = f->state > g->f.state ? f->state : g->f.state;
            g->f.enrolled_at = g->f.enrolled_at ? g->f.enrolled_at : f->enrolled_at;
            return;
        }
    }
    struct factor *made = count < MFA_FACTORS_MOST ? arena_alloc(m->a, sizeof(*made)) : NULL;
    if (!made) {
        *ok = *ok && count >= MFA_FACTORS_MOST;
        return;
    }
    made->f = *f;
    made->f.told = copy(m, f->told, ok);
    if (x->last) {
        x->last->next = made;
    } else {
        x->first = made;
    }
    x->last = made;
}

/* False when memory is short. */
static bool merge(struct mfa_rows *m, struct account *x, const struct mfa_record *r)
{
    bool ok = true;
    for (size_t i = 0; i < MFA_TEXT_COUNT; i++) {
        x->texts[i] = x->texts[i] ? x->texts[i] : copy(m, r->texts[i], &ok);
    }
    if (r->facts[MFA_REGISTERED] == 0 && !x->no_source) {
        x->no_source = copy(m, r->source, &ok);
    } else if (r->facts[MFA_REGISTERED] == 1 && !x->yes_source) {
        x->yes_source = copy(m, r->source, &ok);
    }
    for (size_t i = 0; i < MFA_FACT_COUNT; i++) {
        x->facts[i] = r->facts[i] > x->facts[i] ? r->facts[i] : x->facts[i];
    }
    x->denies = x->denies || r->denies;
    x->updated_at = r->updated_at > x->updated_at ? r->updated_at : x->updated_at;
    x->used_at = r->used_at > x->used_at ? r->used_at : x->used_at;
    for (size_t i = 0; ok && i < r->count; i++) {
        add_factor(m, x, &r->factors[i], &ok);
    }
    return ok;
}

static void text_cell(struct row *row, int column, const char *text, size_t most)
{
    if (text && text[0]) {
        row_textn(row, column, text, utf8_fit(text, strlen(text), most));
    }
}

static void fact_cell(struct row *row, int column, int fact)
{
    if (fact >= 0) {
        row_bool(row, column, fact == 1);
    }
}

static void time_cell(struct row *row, int column, filetime t)
{
    if (t > 0) {
        row_int(row, column, t);
    }
}

static enum rc put_account(struct mfa_rows *m, const struct account *x, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_MFAACCOUNT);
    row_text(&row, MFAACCOUNT_ORIGIN, m->origin);
    row_text(&row, MFAACCOUNT_PATH, m->path);
    row_int(&row, MFAACCOUNT_ROW, (int64_t)x->number);
    text_cell(&row, MFAACCOUNT_SID, x->texts[MFA_SID], NAME_MOST);
    text_cell(&row, MFAACCOUNT_UPN, x->texts[MFA_UPN], NAME_MOST);
    text_cell(&row, MFAACCOUNT_NAME, x->texts[MFA_NAME], NAME_MOST);
    text_cell(&row, MFAACCOUNT_DOMAIN, x->texts[MFA_DOMAIN], NAME_MOST);
    text_cell(&row, MFAACCOUNT_ID, x->texts[MFA_ID], NAME_MOST);
    text_cell(&row, MFAACCOUNT_KIND, x->texts[MFA_KIND], NAME_MOST);
    fact_cell(&row, MFAACCOUNT_ENABLED, x->facts[MFA_ENABLED]);
    fact_cell(&row, MFAACCOUNT_ADMIN, x->facts[MFA_ADMIN]);
    fact_cell(&row, MFAACCOUNT_REGISTERED, x->facts[MFA_REGISTERED]);
    fact_cell(&row, MFAACCOUNT_CAPABLE, x->facts[MFA_CAPABLE]);
    fact_cell(&row, MFAACCOUNT_ENFORCED, x->facts[MFA_ENFORCED]);
    fact_cell(&row, MFAACCOUNT_BYPASSED, x->facts[MFA_BYPASSED]);
    time_cell(&row, MFAACCOUNT_UPDATED, x->updated_at);
    time_cell(&row, MFAACCOUNT_USED, x->used_at);
    m->totals.accounts++;
    return row_put(m->sink, &row, err);
}

static enum rc put_factor(struct mfa_rows *m, const struct account *x, const struct mfa_factor *f,
                          int64_t position, struct err *err)
{
    static const char *const states[] = { "inactive", "pending", "active" };
    struct row row;
    row_begin(&row, ROW_TABLE_MFAMETHOD);
    row_text(&row, MFAMETHOD_ORIGIN, m->origin);
    row_text(&row, MFAMETHOD_PATH, m->path);
    row_int(&row, MFAMETHOD_ROW, (int64_t)x->number);
    row_int(&row, MFAMETHOD_POSITION, position);
    row_text(&row, MFAMETHOD_METHOD, f->method);
    text_cell(&row, MFAMETHOD_TOLD, f->told, TOLD_MOST);
    row_text(&row, MFAMETHOD_STATE, states[f->state]);
    time_cell(&row, MFAMETHOD_ENROLLED, f->enrolled_at);
    time_cell(&row, MFAMETHOD_USED, f->used_at);
    m->totals.methods++;
    return row_put(m->sink, &row, err);
}

static enum rc put_all(struct mfa_rows *m, struct account *x, struct err *err)
{
    int64_t position = 0;
    bool is_active = false;
    for (const struct factor *f = x->first; f; f = f->next) {
        is_active = is_active || f->f.state != MFA_INACTIVE;
    }
    if (x->facts[MFA_REGISTERED] < 0 && x->denies && !is_active) {
        x->facts[MFA_REGISTERED] =
            0; /* of each factor that it names it says that it is not there */
    }
    TRY(put_account(m, x, err));
    for (const struct factor *f = x->first; f; f = f->next) {
        TRY(put_factor(m, x, &f->f, position++, err));
    }
    return RC_OK;
}

static bool is_readable(const struct mfa_record *r)
{
    for (size_t i = 0; i < MFA_TEXT_COUNT; i++) {
        if (r->texts[i] && strlen(r->texts[i]) > NAME_MOST) {
            return false;
        }
    }
    return key_of(r->texts) != MFA_TEXT_COUNT;
}

static struct account *new_account(struct mfa_rows *m, const struct mfa_record *r)
{
    struct account *x = arena_alloc(m->a, sizeof(*x));
    if (!x) {
        return NULL;
    }
    memset(x->facts, -1, sizeof(x->facts));
    x->number = r->number;
    return merge(m, x, r) ? x : NULL;
}

static enum rc join(struct mfa_rows *m, const struct mfa_record *r)
{
    enum mfa_text key = key_of(r->texts);
    struct account **bucket = &m->buckets[mix(m->seed, r->texts[key]) % BUCKETS];
    size_t same = 0;
    for (struct account *x = *bucket; x; x = x->bucket) {
        if (!is_same_account(x, r, key)) {
            continue;
        }
        if (!contradicts(x, r)) {
            m->totals.is_full = !merge(m, x, r) || m->totals.is_full;
            return RC_OK;
        }
        same++;
    }
    struct account *x = NULL;
    if (same < SAME_MOST && m->totals.accounts < MFA_ACCOUNTS_MOST) {
        x = new_account(m, r);
    }
    if (!x) {
        m->totals.is_full = m->totals.is_full || same < SAME_MOST;
        m->totals.unreadable++;
        return RC_OK;
    }
    x->bucket = *bucket;
    *bucket = x;
    if (m->last) {
        m->last->next = x;
    } else {
        m->first = x;
    }
    m->last = x;
    m->totals.accounts++;
    return RC_OK;
}

enum rc mfa_rows_take(struct mfa_rows *m, const struct mfa_record *r, struct err *err)
{
    if (!is_readable(r)) {
        m->totals.unreadable++;
        return RC_OK;
    }
    if (m->joins) {
        return join(m, r);
    }
    arena_reset(m->a);
    struct account *x = new_account(m, r);
    return x ? put_all(m, x, err) : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc mfa_rows_close(struct mfa_rows *m, struct err *err)
{
    m->totals.accounts = m->joins ? 0 : m->totals.accounts;
    for (struct account *x = m->first; x; x = x->next) {
        TRY(put_all(m, x, err));
    }
    return RC_OK;
}
