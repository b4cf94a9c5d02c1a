/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a question stands, and what its parts are called in the language of the sitting. */
#include <string.h>

#include "audit/command/attest.h"

const char *attest_text(const struct attest *t, struct text2 text)
{
    const char *s = strcmp(t->lang, "ja") == 0 ? text.ja : text.en;
    return s ? s : "";
}

/* In the order in which they are asked: who does what comes first. */
static const struct {
    const char *group;
    struct text2 text;
} groups[] = { { "organisation", { "Organisation", "体制" } },
               { "containment", { "Containment", "封じ込め" } },
               { "logs", { "Logs", "ログ" } },
               { "communication", { "Communication", "連絡手段" } },
               { "forensics", { "Forensics", "証拠保全" } },
               { "recovery", { "Recovery", "復旧" } },
               { "access", { "Access", "アクセス管理" } },
               { "network", { "Network", "ネットワーク" } },
               { "hardening", { "Hardening", "堅牢化" } },
               { "samples", { "Samples", "検体" } },
               { "mfa", { "Second factors", "多要素認証" } } };

size_t attest_rank(const struct question *q)
{
    size_t i = 0;
    while (i < ARRAY_LEN(groups) && strcmp(groups[i].group, q->group) != 0) {
        i++;
    }
    return i;
}

struct text2 attest_group(const struct question *q)
{
    size_t i = attest_rank(q);
    return i < ARRAY_LEN(groups) ? groups[i].text : q->theme;
}

enum attest_state attest_state(const struct attest *t, const struct question *q)
{
    const struct answer *x = answers_of(t->answers, q);
    const struct question_answer *a = x ? question_answer(q, x->id) : NULL;
    if (!x) {
        return ATTEST_OPEN;
    }
    if (x->until <= t->today) {
        return ATTEST_EXPIRED;
    }
    if (a && a->is_pass && q->needs_evidence && !x->evidence) {
        return ATTEST_BARE;
    }
    return x->until <= t->today + (int64_t)t->days * FILETIME_DAY ? ATTEST_EXPIRES
                                                                  : ATTEST_ANSWERED;
}

const char *attest_words(const struct attest *t, const struct question *q, const char *id)
{
    const struct question_answer *a = question_answer(q, id);
    return a ? attest_text(t, a->text)
             : attest_text(t, (struct text2){ "Does not apply", "該当なし" });
}

const char *attest_day(filetime day, char *buf, size_t size)
{
    char iso[32];
    (void)snprintf(buf, size, "%.10s", filetime_iso(day, iso, sizeof(iso)));
    return buf;
}
