/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the short forms share while one check is compiled. Private to rules/. */
#ifndef RULES_SHORT_FORM_H
#define RULES_SHORT_FORM_H

#include "audit/base/wr.h"
#include "rules/check.h"

struct form {
    struct rules *r;
    struct check *c;
    const struct yaml_node *node; /* the map behind the key of the form */
    struct wr w;                  /* the condition that is being written */
};

/* Text at a key of the form; NULL when absent or wrong, which is then reported. */
const char *form_text(struct form *f, const char *key);

/* Appends "<what> <operator> <operand>" for the expectation at key. */
void form_expectation(struct form *f, const char *key, const char *what);

/* setting_form.c: a setting of a host. Each notes in the check what must be read from hosts. */
void form_registry(struct form *f);
void form_service(struct form *f);
void form_policy(struct form *f);

#endif
