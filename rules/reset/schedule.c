/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When each open action begins and ends: after what it depends on and its waits, by as many people as there are; a wait keeps nobody busy. */
#include "rules/reset/plan.h"

filetime plan_after(filetime t, int64_t minutes)
{
    const int64_t minute = INT64_C(60) * FILETIME_SECOND;
    int64_t left = t < PLAN_LATEST ? (PLAN_LATEST - t) / minute : 0;
    return minutes < left ? t + minutes * minute : PLAN_LATEST;
}

static filetime later(filetime a, filetime b)
{
    return a > b ? a : b;
}

/* The first moment at which an action may begin, by others and by its waits; false while one that it depends on has no time yet. */
static bool may_begin(const struct plan *p, const struct action *a, filetime *ret)
{
    const struct work *w = &p->work[a->number - 1];
    filetime t = p->start;
    for (size_t k = 0; k < w->need_count; k++) {
        const struct work *n = &p->work[w->needs[k]->number - 1];
        if (!n->is_scheduled) {
            return false;
        }
        if (n->finish > 0) {
            t = later(t, plan_after(n->finish, w->delay_hours * 60));
        }
    }
    *ret = later(t, w->until);
    return true;
}

/* In minutes; an action has fewer subjects than 2^40. */
static int64_t effort(const struct plan *p, const struct action *a)
{
    const struct work *w = &p->work[a->number - 1];
    return a->minutes_once + a->minutes_each * (int64_t)(w->items - w->finished);
}

static int earliest(const filetime *people, int count)
{
    int best = 0;
    for (int i = 1; i < count; i++) {
        best = people[i] < people[best] ? i : best;
    }
    return best;
}

/* An action that is finished takes no time, and what comes after it need not wait. */
static void pass_over(struct plan *p)
{
    for (size_t i = 0; i < p->playbook->count; i++) {
        struct work *w = &p->work[i];
        w->is_scheduled = w->items == w->finished;
    }
}

enum rc plan_schedule(struct plan *p, struct err *err)
{
    filetime people[PEOPLE_MAX];
    (void)err;
    for (int i = 0; i < p->people; i++) {
        people[i] = p->start;
    }
    pass_over(p);
    for (;;) {
        const struct action *best = NULL;
        filetime best_at = 0;
        int hand = earliest(people, p->people);
        for (size_t i = 0; i < p->playbook->count; i++) {
            const struct action *a = p->playbook->ordered[i];
            filetime at = 0;
            if (p->work[i].is_scheduled || !may_begin(p, a, &at)) {
                continue;
            }
            at = later(at, people[hand]);
            if (!best || at < best_at) {
                best = a;
                best_at = at;
            }
        }
        if (!best) {
            return RC_OK;
        }
        struct work *w = &p->work[best->number - 1];
        w->start = best_at;
        w->finish = plan_after(best_at, effort(p, best));
        w->is_scheduled = true;
        people[hand] = w->finish;
        p->totals.finish_at = later(p->totals.finish_at, w->finish);
    }
}
