/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The everyday cases without SQL: a flag of an account, a registry value, a service, a policy setting. Each becomes an
 * ordinary condition, so that everything behind the loader knows one form only. */
#include "rules/short_form.h"

#include <inttypes.h>
#include <string.h>

#include "rules/sql_text.h"

/* userAccountControl, [MS-ADTS] 2.2.16. */
static const struct {
    const char *name;
    int64_t value;
} uac_flags[] = {
    { "disabled", 0x2 },
    { "password_not_required", 0x20 },
    { "reversible_encryption", 0x80 },
    { "normal", 0x200 },
    { "interdomain_trust", 0x800 },
    { "workstation", 0x1000 },
    { "domain_controller", 0x2000 },
    { "dont_expire_password", 0x10000 },
    { "smartcard_required", 0x40000 },
    { "trusted_for_delegation", 0x80000 },
    { "not_delegated", 0x100000 },
    { "des_only", 0x200000 },
    { "dont_require_preauth", 0x400000 },
    { "password_expired", 0x800000 },
    { "trusted_to_authenticate_for_delegation", 0x1000000 },
    { "partial_secrets", 0x4000000 },
    { "use_aes_keys", 0x8000000 },
};

const char *const uac_flag_names[] = { "disabled",
                                       "password_not_required",
                                       "reversible_encryption",
                                       "normal",
                                       "interdomain_trust",
                                       "workstation",
                                       "domain_controller",
                                       "dont_expire_password",
                                       "smartcard_required",
                                       "trusted_for_delegation",
                                       "not_delegated",
                                       "des_only",
                                       "dont_require_preauth",
                                       "password_expired",
                                       "trusted_to_authenticate_for_delegation",
                                       "partial_secrets",
                                       "use_aes_keys",
                                       NULL };

bool uac_flag_value(const char *name, int64_t *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(uac_flags); i++) {
        if (strcmp(uac_flags[i].name, name) == 0) {
            *ret = uac_flags[i].value;
            return true;
        }
    }
    return false;
}

const char *form_text(struct form *f, const char *key)
{
    return field_text(&f->r->mistakes, f->c->file, f->node, key, f->c->id);
}

static bool is_literal(const struct sql_token *t)
{
    return t->kind == SQL_NUMBER || t->kind == SQL_STRING || t->kind == SQL_PARAMETER;
}

/* Writes one literal and moves on; false when there is none. A '-' may come before a number. */
static bool put_operand(struct wr *w, const char **p)
{
    struct sql_token t;
    if (!sql_next(p, &t)) {
        return false;
    }
    if (t.kind == SQL_SIGN && *t.p == '-') {
        wr_text(w, "-");
        if (!sql_next(p, &t) || t.kind != SQL_NUMBER) {
            return false;
        }
    }
    if (!is_literal(&t)) {
        return false;
    }
    wr_bytes(w, t.begin, (size_t)(t.end - t.begin));
    return true;
}

static bool put_list(struct wr *w, const char **p)
{
    struct sql_token t;
    if (!sql_next(p, &t) || *t.p != '(') {
        return false;
    }
    wr_text(w, " IN (");
    for (;;) {
        if (!put_operand(w, p) || !sql_next(p, &t) || t.kind != SQL_SIGN) {
            return false;
        }
        wr_u8(w, (uint8_t)*t.p);
        if (*t.p != ',') {
            return *t.p == ')';
        }
    }
}

static bool put_comparison(struct wr *w, const char **p)
{
    static const char *const operators[] = { "<=", ">=", "<>", "!=", "==", "=", "<", ">" };
    const char *s = *p + strspn(*p, " ");
    struct sql_token t;
    for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
        if (strncmp(s, operators[i], strlen(operators[i])) == 0) {
            wr_printf(w, " %s ", operators[i]);
            *p = s + strlen(operators[i]);
            return put_operand(w, p);
        }
    }
    *p = s;
    const char *after = s;
    if (sql_next(&after, &t) && sql_token_is(&t, "in")) {
        *p = after;
        return put_list(w, p);
    }
    if (sql_token_is(&t, "between")) {
        *p = after;
        wr_text(w, " BETWEEN ");
        bool first = put_operand(w, p);
        if (!first || !sql_next(p, &t) || !sql_token_is(&t, "and")) {
            return false;
        }
        wr_text(w, " AND ");
        return put_operand(w, p);
    }
    wr_text(w, " = ");
    return put_operand(w, p);
}

void form_expectation(struct form *f, const char *key, const char *what)
{
    const struct yaml_node *n = yaml_get(f->node, key);
    const char *text = form_text(f, key);
    if (!text) {
        wr_text(&f->w, "NULL");
        return;
    }
    const char *p = text;
    struct sql_token rest;
    wr_text(&f->w, what);
    if (!put_comparison(&f->w, &p) || sql_next(&p, &rest)) {
        mistake_node(
            &f->r->mistakes, f->c->file, n, f->c->id,
            "'%s' must be = <> < <= > >= with a number or a 'text', in (a, b), between a and b, or a number",
            key);
        wr_text(&f->w, " IS NULL");
    }
}

static void account_flag(struct form *f)
{
    static const struct key_spec keys[] = { { "flag", true, NULL, NULL },
                                            { "expect", true, NULL, NULL } };
    struct mistakes *m = &f->r->mistakes;
    fields_check_keys(m, f->c->file, f->node, f->c->id, keys, ARRAY_LEN(keys));
    const struct yaml_node *flag = yaml_get(f->node, "flag"), *expect = yaml_get(f->node, "expect");
    int64_t bit = 0;
    bool on = false;
    if (flag && !yaml_integer(flag, &bit) &&
        (flag->kind != YAML_SCALAR || !uac_flag_value(flag->text, &bit))) {
        mistake_node(m, f->c->file, flag, f->c->id, "unknown flag '%s'%s",
                     flag->text ? flag->text : "",
                     flag->text ? did_you_mean(flag->text, uac_flag_names) : "");
    } else if (flag && (bit <= 0 || bit > UINT32_MAX)) {
        mistake_node(m, f->c->file, flag, f->c->id, "a flag is a number from 1 to 0xffffffff");
    }
    if (expect && !yaml_bool(expect, &on)) {
        mistake_node(m, f->c->file, expect, f->c->id, "'expect' must be on or off");
    }
    f->c->view = f->c->view ? f->c->view : "user";
    wr_printf(&f->w, "(uac & %" PRId64 ") %s 0", bit, on ? "<>" : "=");
}

static const struct {
    const char *key;
    void (*compile)(struct form *f);
} forms[] = { { "account_flag", account_flag },
              { "registry", form_registry },
              { "service", form_service },
              { "policy", form_policy } };

void short_form_compile(struct rules *r, struct check *c)
{
    const char *taken = c->pass.text ? "pass" : NULL;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        const struct yaml_node *n = yaml_get(c->node, forms[i].key);
        if (!n) {
            continue;
        }
        if (taken) {
            mistake_key(&r->mistakes, c->file, n, c->id, "'%s' and '%s' exclude each other", taken,
                        forms[i].key);
            continue;
        }
        taken = forms[i].key;
        if (n->kind != YAML_MAP) {
            mistake_node(&r->mistakes, c->file, n, c->id, "'%s' must be a map", forms[i].key);
            continue;
        }
        struct form f = { .r = r, .c = c, .node = n };
        wr_init(&f.w, 65536);
        forms[i].compile(&f);
        c->pass = (struct expr){ .text = put_take(r->arena, &f.w), .node = n };
        wr_done(&f.w);
    }
    if (!taken) {
        mistake_node(
            &r->mistakes, c->file, c->node, c->id,
            "the check has no condition: write 'pass', or one of account_flag, registry, service, policy");
    }
}
