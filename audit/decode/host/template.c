/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security templates of a host (secedit.inf of a kit, and in order those that it keeps of its policies) and its audit policy. */
#include "audit/decode/host/template.h"

#include <string.h>
#include <strings.h>

#include "audit/base/sid.h"
#include "audit/decode/format/audit_csv.h"
#include "audit/decode/format/inf.h"

#define MINUTE (INT64_C(60) * FILETIME_SECOND)

/* Whose time is told as a negative count of 100 ns; -1 in the file = for ever. */
static int64_t span(int64_t number, int64_t unit)
{
    return number < 0 || number > INT64_C(1000000) ? INT64_MIN : -number * unit;
}

static enum rc on_setting(void *context, const struct inf_setting *s, struct err *err)
{
    static const struct {
        const char *name;
        enum template_setting setting;
    } numbers[] = {
        { "MinimumPasswordLength", TEMPLATE_MIN_LENGTH },
        { "PasswordHistorySize", TEMPLATE_HISTORY },
        { "MaximumPasswordAge", TEMPLATE_MAX_AGE },
        { "MinimumPasswordAge", TEMPLATE_MIN_AGE },
        { "LockoutBadCount", TEMPLATE_THRESHOLD },
        { "LockoutDuration", TEMPLATE_DURATION },
        { "ResetLockoutCount", TEMPLATE_WINDOW },
        { "PasswordComplexity", TEMPLATE_COMPLEXITY },
        { "ClearTextPassword", TEMPLATE_CLEAR_TEXT },
        { "AllowAdministratorLockout", TEMPLATE_LOCKOUT_ADMINISTRATORS },
    };
    struct template_reading *t = context;
    (void)err;
    if (strcmp(s->section, "system_access") != 0) {
        return RC_OK;
    }
    for (size_t i = 0; s->has_number && i < ARRAY_LEN(numbers); i++) {
        if (strcmp(numbers[i].name, s->name) == 0) {
            t->policy.n[numbers[i].setting] = (struct template_number){ true, s->number };
            t->policy.is_any = true;
        }
    }
    const char **name = strcmp(s->name, "NewAdministratorName") == 0 ? &t->administrator
                        : strcmp(s->name, "NewGuestName") == 0       ? &t->guest
                                                                     : NULL;
    if (name && s->text && !*name) {
        *name = arena_strdup(t->r->a, s->text);
    }
    return RC_OK;
}

static void put_number(struct row *row, int column, const struct template_number *n)
{
    if (n->is_set) {
        row_int(row, column, n->value);
    }
}

static void put_span(struct row *row, int column, const struct template_number *n, int64_t unit)
{
    if (n->is_set) {
        row_int(row, column, span(n->value, unit));
    }
}

enum rc template_put_policy(struct host_reading *r, struct host_file *f,
                            const struct template_policy *p, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_LOCALPOLICY);
    row_text(&row, LOCALPOLICY_HOST, r->import->host);
    put_number(&row, LOCALPOLICY_MIN_LENGTH, &p->n[TEMPLATE_MIN_LENGTH]);
    put_number(&row, LOCALPOLICY_HISTORY, &p->n[TEMPLATE_HISTORY]);
    put_span(&row, LOCALPOLICY_MAX_AGE, &p->n[TEMPLATE_MAX_AGE], FILETIME_DAY);
    put_span(&row, LOCALPOLICY_MIN_AGE, &p->n[TEMPLATE_MIN_AGE], FILETIME_DAY);
    put_number(&row, LOCALPOLICY_THRESHOLD, &p->n[TEMPLATE_THRESHOLD]);
    put_span(&row, LOCALPOLICY_DURATION, &p->n[TEMPLATE_DURATION], MINUTE);
    put_span(&row, LOCALPOLICY_WINDOW, &p->n[TEMPLATE_WINDOW], MINUTE);
    /* Windows before 2022 does not tell the third bit, and does not have it. */
    if (p->n[TEMPLATE_COMPLEXITY].is_set && p->n[TEMPLATE_CLEAR_TEXT].is_set) {
        row_int(&row, LOCALPOLICY_PROPERTIES,
                (p->n[TEMPLATE_COMPLEXITY].value == 1 ? 1 : 0) |
                    (p->n[TEMPLATE_CLEAR_TEXT].value == 1 ? 16 : 0) |
                    (p->n[TEMPLATE_LOCKOUT_ADMINISTRATORS].value == 1 ? 8 : 0));
    }
    return host_put(r, f, &row, err);
}

/* A template that names a right replaces the whole list of its holders. */
static void forget(struct template_reading *t, const char *right)
{
    for (size_t i = 0; i < t->holder_count; i++) {
        struct template_holder *h = &t->holders[i];
        if (h->template != t->template && h->holder && strcmp(h->right, right) == 0) {
            h->holder = NULL;
        }
    }
}

static enum rc on_right(void *context, const char *right, const char *holder, struct err *err)
{
    struct template_reading *t = context;
    if (t->holder_count == TEMPLATE_HOLDERS_MAX) {
        t->has_lost = true;
        return err_setf(err, RC_MALFORMED, "more holders of rights than any host has");
    }
    struct template_holder *h = &t->holders[t->holder_count];
    h->right = arena_strdup(t->r->a, right);
    h->holder = arena_strdup(t->r->a, holder);
    h->template = t->template;
    if (!h->right || !h->holder) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    forget(t, right);
    t->holder_count++;
    return RC_OK;
}

static enum rc on_registry(void *context, const struct registry_value *v, struct err *err)
{
    struct template_reading *t = context;
    return t->registry ? t->registry(t->registry_context, v, err) : RC_OK;
}

static enum rc on_service(void *context, const struct inf_service *s, struct err *err)
{
    struct template_reading *t = context;
    struct plan *plan = t->r->import->plan;
    const char *spelled = plan && s->has_start ? plan_spell_service(plan, s->name) : NULL;
    for (size_t i = 0; spelled && t->starts && i < plan_service_count(plan); i++) {
        if (strcmp(plan_service(plan, i), spelled) == 0) {
            t->starts[i] = (struct template_number){ true, s->start };
        }
    }
    (void)err;
    return RC_OK;
}

static enum rc on_section(void *context, const char *name, struct err *err)
{
    struct template_reading *t = context;
    (void)err;
    t->has_rights = t->has_rights || strcasecmp(name, "Privilege Rights") == 0;
    t->has_access = t->has_access || strcasecmp(name, "System Access") == 0;
    return RC_OK;
}

enum rc template_begin(struct template_reading *t, struct host_reading *r, struct err *err)
{
    size_t count = r->import->plan ? plan_service_count(r->import->plan) : 0;
    *t = (struct template_reading){ .r = r };
    t->holders = arena_array(r->a, TEMPLATE_HOLDERS_MAX, sizeof(*t->holders));
    t->starts = arena_array(r->a, count + 1, sizeof(*t->starts));
    return t->holders && t->starts ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc template_read(struct template_reading *t, const struct host_file *f, struct err *err)
{
    const struct inf_sink sink = { .context = t,
                                   .section = on_section,
                                   .setting = on_setting,
                                   .registry = on_registry,
                                   .right = on_right,
                                   .service = on_service };
    t->template ++;
    return inf_read(f->data, f->size, t->r->code_page, &sink, err);
}

/* The SID of a name: of the two built-in accounts, which the template names itself, below the machine's SID. */
static const char *resolve(struct template_reading *t, const char *holder)
{
    const char *machine = t->r->who.machine_sid;
    uint32_t rid = t->administrator && strcasecmp(holder, t->administrator) == 0 ? 500
                   : t->guest && strcasecmp(holder, t->guest) == 0               ? 501
                                                                                 : 0;
    return machine && rid > 0 ? arena_printf(t->r->a, "%s-%u", machine, (unsigned)rid) : NULL;
}

/* A built-in account that is denied something, on a host whose SID is not known: what is left out cannot make a host look
 * better than it is. */
static bool is_harmless(const struct template_reading *t, const struct template_holder *h)
{
    bool is_builtin = (t->guest && strcasecmp(h->holder, t->guest) == 0) ||
                      (t->administrator && strcasecmp(h->holder, t->administrator) == 0);
    return is_builtin && strncmp(h->right, "SeDeny", 6) == 0;
}

enum rc template_put_rights(struct template_reading *t, struct host_file *f, size_t *ret_lost,
                            struct err *err)
{
    *ret_lost = t->has_lost;
    for (size_t i = 0; i < t->holder_count; i++) {
        const struct template_holder *h = &t->holders[i];
        if (!h->holder || *h->holder == '\0') {
            continue;
        }
        const char *sid = sid_text_valid(h->holder) ? h->holder : resolve(t, h->holder);
        if (!sid) {
            *ret_lost += !is_harmless(t, h);
            continue;
        }
        struct row row;
        row_begin(&row, ROW_TABLE_LOCALRIGHT);
        row_text(&row, LOCALRIGHT_HOST, t->r->import->host);
        host_text(&row, LOCALRIGHT_RIGHT, h->right);
        row_text(&row, LOCALRIGHT_SID, sid);
        TRY(host_put(t->r, f, &row, err));
    }
    return RC_OK;
}

enum rc template_put_services(struct template_reading *t, struct host_file *f, const char *origin,
                              struct err *err)
{
    struct plan *plan = t->r->import->plan;
    for (size_t i = 0; plan && i < plan_service_count(plan); i++) {
        if (!t->starts[i].is_set || (t->r->services_seen && t->r->services_seen[i])) {
            continue;
        }
        struct row row;
        row_begin(&row, ROW_TABLE_SERVICE);
        row_text(&row, SERVICE_HOST, t->r->import->host);
        row_text(&row, SERVICE_NAME, plan_service(plan, i));
        row_text(&row, SERVICE_ORIGIN, origin);
        row_bool(&row, SERVICE_MISSING, false);
        row_int(&row, SERVICE_START, t->starts[i].value);
        TRY(host_put(t->r, f, &row, err));
    }
    return RC_OK;
}

static enum rc offer_value(void *context, const struct registry_value *v, struct err *err)
{
    struct host_reading *r = context;
    return r->import->plan ? host_offer(r->import->plan, v, err) : RC_OK;
}

static enum rc secedit_rows(struct template_reading *t, struct host_file *f, bool is_whole,
                            struct err *err)
{
    struct host_reading *r = t->r;
    if (host_wants(r, PART_POLICY) && t->policy.is_any) {
        bool is_all = is_whole && t->policy.n[TEMPLATE_MIN_LENGTH].is_set &&
                      t->policy.n[TEMPLATE_THRESHOLD].is_set;
        TRY(template_put_policy(r, f, &t->policy, err));
        host_raise(&r->told[PART_POLICY], is_all ? TOLD_ALL : TOLD_SOME,
                   "secedit.inf does not tell every setting");
    }
    if (host_wants(r, PART_RIGHT) && t->has_rights) {
        size_t lost;
        TRY(template_put_rights(t, f, &lost, err));
        host_raise(&r->told[PART_RIGHT], is_whole && lost == 0 ? TOLD_ALL : TOLD_SOME,
                   lost > 0 ? "secedit.inf names holders of rights that have no SID there"
                            : "secedit.inf is damaged");
    }
    if (host_wants(r, PART_SERVICE)) {
        uint64_t before = r->rows[PART_SERVICE];
        TRY(template_put_services(t, f, r->word, err));
        host_raise(&r->told[PART_SERVICE],
                   r->rows[PART_SERVICE] > before ? TOLD_SOME : TOLD_NOTHING,
                   "only what secedit.inf tells of services");
    }
    return RC_OK;
}

static enum rc read_secedit(struct host_reading *r, struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, "secedit.inf");
    struct template_reading t;
    struct err why;
    if (!f) {
        return RC_OK;
    }
    TRY(template_begin(&t, r, err));
    t.registry = host_wants(r, PART_REGISTRY) ? offer_value : NULL;
    t.registry_context = r;
    enum rc rc = template_read(&t, f, &why);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        *err = why;
        return rc;
    }
    TRY(secedit_rows(&t, f, rc == RC_OK, err));
    if (rc != RC_OK) {
        *err = why;
    }
    return host_file_end(r, f, "security_template", rc, err);
}

enum rc template_put_audit(struct host_reading *r, struct host_file *f, const char *origin,
                           const char *subcategory, int setting, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_HOSTAUDIT);
    row_text(&row, HOSTAUDIT_HOST, r->import->host);
    row_text(&row, HOSTAUDIT_SUBCATEGORY, subcategory);
    row_text(&row, HOSTAUDIT_ORIGIN, origin);
    row_int(&row, HOSTAUDIT_SETTING, setting);
    return host_put(r, f, &row, err);
}

struct audit {
    struct host_reading *r;
    struct host_file *f;
};

static enum rc on_audit(void *context, const struct audit_csv_entry *e, struct err *err)
{
    struct audit *a = context;
    /* What auditpol writes is what is in force: 0 to 3. */
    if (e->setting < 0 || e->setting > 3) {
        return err_setf(err, RC_MALFORMED, "a setting that auditpol does not write");
    }
    return host_wants(a->r, PART_AUDIT)
               ? template_put_audit(a->r, a->f, a->r->word, e->subcategory, e->setting, err)
               : RC_OK;
}

static enum rc read_auditpol(struct host_reading *r, struct err *err)
{
    struct host_file *f = host_file_find(r, r->base, "auditpol.csv");
    struct audit a = { r, f };
    struct err why;
    if (!f) {
        return RC_OK;
    }
    enum rc rc = audit_csv_read(f->data, f->size, r->code_page, on_audit, &a, &why);
    if (rc != RC_OK) {
        *err = why;
    }
    if (host_wants(r, PART_AUDIT) && (rc == RC_OK || rc == RC_MALFORMED)) {
        host_raise(&r->told[PART_AUDIT],
                   f->rows == 0  ? TOLD_NOTHING
                   : rc == RC_OK ? TOLD_ALL
                                 : TOLD_SOME,
                   "auditpol.csv is damaged");
    }
    return host_file_end(r, f, "audit_policy", rc, err);
}

enum rc host_templates(struct host_reading *r, struct err *err)
{
    TRY(read_secedit(r, err));
    return read_auditpol(r, err);
}
