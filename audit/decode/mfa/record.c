/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one record of an export says. */
#include <string.h>

#include "audit/base/sid.h"
#include "audit/decode/mfa/mfa_rows.h"
#include "audit/decode/mfa/words.h"

void mfa_record_init(struct mfa_record *r, uint64_t number)
{
    /* Most of it is room for factors. */
    r->number = number;
    memset(r->texts, 0, sizeof(r->texts));
    memset(r->facts, -1, sizeof(r->facts));
    r->denies = false;
    r->updated_at = r->used_at = 0;
    r->source = NULL;
    r->count = 0;
}

bool mfa_record_account(struct mfa_record *r, const char *text, struct arena *a)
{
    const char *slash = strchr(text, '\\');
    enum mfa_text kind = sid_text_valid(text) ? MFA_SID
                         : slash              ? MFA_NAME
                         : strchr(text, '@')  ? MFA_UPN
                                              : MFA_NAME;
    const char *name = slash ? slash + 1 : text;
    if (name[0] == '\0' || r->texts[kind]) {
        return true;
    }
    r->texts[kind] = arena_strdup(a, name);
    if (slash && slash > text) {
        r->texts[MFA_DOMAIN] = arena_strndup(a, text, (size_t)(slash - text));
        return r->texts[kind] && r->texts[MFA_DOMAIN];
    }
    return r->texts[kind] != NULL;
}

/* A factor of the same kind is one: which of two telephones it is does not matter. */
static void add(struct mfa_record *r, const struct mfa_factor *f)
{
    for (size_t i = 0; i < r->count; i++) {
        struct mfa_factor *g = &r->factors[i];
        if (strcmp(g->method, f->method) == 0 &&
            (g->told && f->told ? strcmp(g->told, f->told) == 0 : g->told == f->told)) {
            g->state = f->state > g->state ? f->state : g->state;
            g->enrolled_at = g->enrolled_at ? g->enrolled_at : f->enrolled_at;
            return;
        }
    }
    if (r->count < MFA_FACTORS_MOST) {
        r->factors[r->count++] = *f;
    }
}

void mfa_record_word(struct mfa_record *r, const char *word, enum mfa_state state,
                     filetime enrolled_at, bool *ret_none)
{
    char buf[MFA_WORD_MAX];
    const char *key = mfa_word(word, buf);
    const char *method = key[0] ? mfa_method(key) : NULL;
    if (key[0] == '\0') {
        return;
    }
    if (method && strcmp(method, "none") == 0) {
        if (ret_none) {
            *ret_none = true;
        }
        return;
    }
    const struct mfa_factor f = { .method = method ? method : "other",
                                  .told = !method && mfa_word_may_show(word) ? word : NULL,
                                  .state = state,
                                  .enrolled_at = enrolled_at };
    add(r, &f);
}

void mfa_record_method(struct mfa_record *r, const char *method, enum mfa_state state)
{
    const struct mfa_factor f = { .method = method, .state = state };
    add(r, &f);
}
