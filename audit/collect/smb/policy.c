/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The password and lockout policy of the host's own accounts ([MS-SAMR] 2.2.3.5, 2.2.3.15). */
#include "audit/collect/smb/samr.h"

static void put_password(struct row *row, const struct samr_DomInfo1 *p)
{
    row_int(row, LOCALPOLICY_MIN_LENGTH, p->min_password_length);
    row_int(row, LOCALPOLICY_HISTORY, p->password_history_length);
    row_int(row, LOCALPOLICY_PROPERTIES, p->password_properties);
    row_int(row, LOCALPOLICY_MAX_AGE, p->max_password_age);
    row_int(row, LOCALPOLICY_MIN_AGE, p->min_password_age);
}

static void put_lockout(struct row *row, const struct samr_DomInfo12 *p)
{
    row_int(row, LOCALPOLICY_THRESHOLD, p->lockout_threshold);
    row_int(row, LOCALPOLICY_DURATION, (int64_t)p->lockout_duration);
    row_int(row, LOCALPOLICY_WINDOW, (int64_t)p->lockout_window);
}

enum rc collect_policy(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    union samr_DomainInfo *info = NULL;
    struct err later = { 0 };
    struct row row;
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    row_begin(&row, ROW_TABLE_LOCALPOLICY);
    row_text(&row, LOCALPOLICY_HOST, c->target);
    enum rc rc = samr_domain_info(c, mem, (enum samr_DomainInfoClass)1, &info, err);
    if (rc == RC_OK) {
        put_password(&row, &info->info1);
    }
    enum rc second = samr_domain_info(c, mem, (enum samr_DomainInfoClass)12, &info, &later);
    if (second == RC_OK) {
        put_lockout(&row, &info->info12);
    }
    talloc_free(mem);
    if (rc == RC_OK || second == RC_OK) {
        *ret_objects += 1;
        TRY(row_put(c->sink, &row, rc == RC_OK ? err : &later));
    }
    if (rc == RC_OK && second != RC_OK) {
        *err = later;
    }
    return rc != RC_OK ? rc : second;
}
