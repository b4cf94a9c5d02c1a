/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --answers of the commands that judge: read before anything else is done, put into the evidence before it is judged. */
#include "audit/command/baseline.h"
#include "audit/command/command.h"

enum rc evaluate_answers(const struct rules *rules, struct evaluate_inputs *inputs, struct err *err)
{
    if (!inputs->answers) {
        return RC_OK;
    }
    return answers_load(rules, inputs->answers, filetime_now(), &inputs->taken, stderr, err);
}

void evaluate_inputs_done(struct evaluate_inputs *inputs)
{
    answers_free(inputs->taken);
    inputs->taken = NULL;
}

enum rc evaluate_put_answers(struct store *store, const struct evaluate_inputs *inputs, FILE *out,
                             struct err *err)
{
    size_t count = 0;
    TRY(answers_take(inputs->taken, store, filetime_now(), err));
    for (const struct answer *x = answers_list(inputs->taken); x; x = x->next) {
        count++;
    }
    if (out) {
        (void)fprintf(out, "answers of %s: %zu question%s\n", inputs->answers, count,
                      count == 1 ? "" : "s");
    }
    return RC_OK;
}
