/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes after what. The order of the plan is that of the phases and, inside of a phase, of the files, as far as dependencies allow. */
#include <string.h>

#include "rules/reset/playbook.h"

static const char *nearest(struct rules *r, const char *id)
{
    const char **ids = arena_array(r->arena, r->playbook->count + 1, sizeof(*ids));
    size_t n = 0;
    for (const struct action *a = r->playbook->actions; ids && a; a = a->next) {
        ids[n++] = a->check.id;
    }
    return ids ? did_you_mean(id, ids) : "";
}

static const struct yaml_node *written(const struct action *a, const char *glob)
{
    const struct yaml_node *list = yaml_get(a->check.node, "after");
    const struct yaml_node *n = list ? list->first : NULL;
    while (n && (n->kind != YAML_SCALAR || strcmp(n->text, glob) != 0)) {
        n = n->next;
    }
    return n ? n : a->check.node;
}

static void resolve(struct rules *r, struct action *a)
{
    a->needs = arena_array(r->arena, r->playbook->count + 1, sizeof(struct action *));
    for (size_t i = 0; a->needs && i < a->after_count; i++) {
        bool found = false;
        if (strcmp(a->after[i], a->check.id) == 0) {
            mistake_node(&r->mistakes, a->check.file, written(a, a->after[i]), a->check.id,
                         "an action cannot come after itself");
            continue;
        }
        for (struct action *o = r->playbook->actions; o; o = o->next) {
            bool known = o == a || !glob_matches(a->after[i], o->check.id);
            found = found || !known;
            for (size_t k = 0; k < a->need_count; k++) {
                known = known || a->needs[k] == o;
            }
            if (!known) {
                a->needs[a->need_count++] = o;
            }
        }
        if (!found) {
            mistake_node(&r->mistakes, a->check.file, written(a, a->after[i]), a->check.id,
                         "in 'after': there is no action '%s'%s", a->after[i],
                         nearest(r, a->after[i]));
        }
    }
}

static bool is_free(const struct action *a)
{
    for (size_t i = 0; i < a->need_count; i++) {
        if (a->needs[i]->number == 0) {
            return false;
        }
    }
    return true;
}

/* The action that may come next: of the earliest phase, as the files have them. */
static struct action *next_of(const struct playbook *p)
{
    struct action *best = NULL;
    for (struct action *a = p->actions; a; a = a->next) {
        int phase = a->phase ? a->phase->number : 0;
        int best_phase = best && best->phase ? best->phase->number : 0;
        if (a->number == 0 && is_free(a) && (!best || phase < best_phase)) {
            best = a;
        }
    }
    return best;
}

/* Walks back through what is not placed until it meets itself. */
static void report_cycle(struct rules *r, struct action *from)
{
    char text[400] = "";
    struct action *slow = from;
    for (size_t i = 0; i <= r->playbook->count; i++) {
        for (size_t k = 0; k < slow->need_count; k++) {
            if (slow->needs[k]->number == 0) {
                slow = slow->needs[k];
                break;
            }
        }
    }
    const struct action *a = slow;
    size_t n = 0;
    do {
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s after ", a->check.id);
        for (size_t k = 0; k < a->need_count; k++) {
            if (a->needs[k]->number == 0) {
                a = a->needs[k];
                break;
            }
        }
    } while (a != slow && n + 80 < sizeof(text));
    mistake_node(&r->mistakes, slow->check.file, yaml_get(slow->check.node, "after"),
                 slow->check.id, "actions wait for each other: %s%s", text,
                 a == slow ? slow->check.id : "…");
}

void playbook_order(struct rules *r)
{
    struct playbook *p = r->playbook;
    size_t placed = 0;
    p->ordered = arena_array(r->arena, p->count + 1, sizeof(struct action *));
    for (struct action *a = p->actions; a; a = a->next) {
        resolve(r, a);
    }
    for (struct action *a = next_of(p); a && p->ordered; a = next_of(p)) {
        p->ordered[placed++] = a;
        a->number = (int)placed;
    }
    for (struct action *a = p->actions; a && placed < p->count; a = a->next) {
        if (a->number == 0) {
            report_cycle(r, a);
            return;
        }
    }
}
