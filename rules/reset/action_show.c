/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checks show of an action of the reset plan. */
#include <string.h>

#include "rules/framework.h"
#include "rules/reset/playbook.h"

static void line(FILE *out, const char *head, const char *text)
{
    if (text && text[0]) {
        (void)fprintf(out, "%-11s%s\n", head, text);
    }
}

static void print_steps(const struct action *a, const char *lang, FILE *out)
{
    static const char *const commands[] = { "powershell", "cmd", "samba" };
    size_t number = 0;
    for (const struct yaml_node *n = a->steps ? a->steps->first : NULL; n; n = n->next) {
        const struct yaml_node *text = yaml_get(n, lang);
        (void)fprintf(out, "%2zu. %s\n", ++number, text ? text->text : "");
        for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
            const struct yaml_node *command = yaml_get(n, commands[i]);
            if (command) {
                (void)fprintf(out, "    %s: %s\n", commands[i], command->text);
            }
        }
    }
}

static void print_conditions(const struct action *a, FILE *out)
{
    const struct check *c = &a->check;
    line(out, "for", c->view);
    line(out, "applies", c->applies.text);
    line(out, "not_needed", a->not_needed.text);
    line(out, "done", a->is_attested ? "attest" : c->pass.text);
    line(out, "suspect", a->suspect.text);
    line(out, "partly", a->partly.text);
    line(out, "until", a->until.text);
    line(out, "proof", a->proof.text);
    line(out, "wave", a->wave.text);
    line(out, "order", a->order.text);
}

bool action_show(const struct rules *r, const char *id, const char *lang, FILE *out)
{
    const struct action *a = r->playbook ? r->playbook->actions : NULL;
    while (a && strcmp(a->check.id, id) != 0) {
        a = a->next;
    }
    if (!a) {
        return false;
    }
    const struct check *c = &a->check;
    (void)fprintf(out, "%s\n%s\n\n", c->id, text2_in(&c->title, lang));
    line(out, "phase", a->phase ? text2_in(&a->phase->title, lang) : NULL);
    line(out, "who", a->who ? text2_in(&a->who->title, lang) : NULL);
    line(out, "from", a->place ? text2_in(&a->place->title, lang) : NULL);
    for (size_t i = 0; i < a->need_count; i++) {
        line(out, i ? "" : "after", a->needs[i]->check.id);
    }
    (void)fprintf(out, "%-11s%s:%u\n\n%s\n\n", "file", c->file->path, c->node->line,
                  text2_in(&c->why, lang));
    print_steps(a, lang, out);
    (void)fprintf(out, "\n");
    line(out, "wait", text2_in(&a->wait, lang));
    line(out, "risk", text2_in(&a->risk, lang));
    line(out, "rollback", text2_in(&a->rollback, lang));
    rules_print_references(r, c, lang, out);
    print_conditions(a, out);
    (void)fprintf(out, "%-11s%zu\n", "tests", yaml_count(c->tests));
    if (a->statement) {
        (void)fprintf(out, "\n%s\n", a->statement);
    }
    return true;
}
