/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/base/num.h"
#include "audit/decode/format/sam.h"
#include "audit/decode/format/security_hive.h"
#include "audit/decode/host/hive_internal.h"

static void keep(const char **field, struct arena *a, const char *text)
{
    if (!*field && text && *text) {
        *field = arena_strdup(a, text);
    }
}

static void newest(struct host_identity *ret, const struct hive *hive)
{
    if (hive->is_open && hive->h.written_at > ret->collected_at) {
        ret->collected_at = hive->h.written_at;
    }
}

static int64_t build_of(struct hives *hs)
{
    static const char path[] = "Microsoft\\Windows NT\\CurrentVersion";
    int64_t build = 0;
    const char *text = hive_text_at(&hs->software, NULL, path, "CurrentBuildNumber", hs->a);
    text = text ? text : hive_text_at(&hs->software, NULL, path, "CurrentBuild", hs->a);
    return text && num_i64(text, strlen(text), &build) && build > 0 && build < 1000000 ? build : 0;
}

static bool is_controller(const struct host_identity *who)
{
    return who->role && strcmp(who->role, "controller") == 0;
}

/* SAM and SECURITY of one machine tell the same SID. A SAM that does not belong to the others would tell one host's accounts as
 * another's: it counts as not readable. */
static void refuse_foreign_sam(struct hives *hs, const struct host_identity *who,
                               const struct security_identity *security)
{
    struct sam_domain domain;
    struct err ignored;
    if (hs->sam.is_open && !is_controller(who) && *security->account_domain &&
        sam_domain(&hs->sam.h, &domain, &ignored) == RC_OK && *domain.sid &&
        strcmp(domain.sid, security->account_domain) != 0) {
        hs->sam.is_open = false;
        hs->sam.why = "the SAM hive is another machine's than the SECURITY hive";
    }
}

/* Of its own accounts: SAM, and where there is none SECURITY, which tells the same. */
static void identify_by_sids(struct hives *hs, struct host_identity *ret,
                             const struct security_identity *security)
{
    struct err ignored;
    struct sam_domain domain;
    bool has_sam = hs->sam.is_open && sam_domain(&hs->sam.h, &domain, &ignored) == RC_OK;
    if (is_controller(ret)) {
        /* Its SAM is that of the restore mode; its accounts are those of the domain. */
        keep(&ret->machine_sid, hs->a, security->account_domain);
    } else {
        keep(&ret->machine_sid, hs->a, has_sam ? domain.sid : security->account_domain);
    }
    keep(&ret->domain_sid, hs->a, security->domain);
    keep(&ret->account_sid, hs->a, security->account);
}

static bool has(const char *text)
{
    return text && *text;
}

void hives_identify(struct hives *hs, struct host_identity *ret)
{
    struct security_identity security = { .is_domain_told = false };
    struct err ignored;
    if (hs->has_control_set) {
        const struct regf_key *set = &hs->control_set;
        keep(&ret->computer_name, hs->a,
             hive_text_at(&hs->system, set, "Control\\ComputerName\\ComputerName", "ComputerName",
                          hs->a));
        const char *domain =
            hive_text_at(&hs->system, set, "Services\\Tcpip\\Parameters", "Domain", hs->a);
        keep(&ret->dns_domain, hs->a,
             domain ? domain
                    : hive_text_at(&hs->system, set, "Services\\Tcpip\\Parameters", "NV Domain",
                                   hs->a));
        const char *product =
            hive_text_at(&hs->system, set, "Control\\ProductOptions", "ProductType", hs->a);
        if (product && strcasecmp(product, "LanmanNT") == 0) {
            keep(&ret->role, hs->a, "controller");
        }
    }
    if (hs->security.is_open &&
        security_identity(&hs->security.h, hs->a, &security, &ignored) != RC_OK) {
        security = (struct security_identity){ .is_domain_told = false };
    }
    if (!ret->role && has(security.domain)) {
        bool is_own = strcmp(security.domain, security.account_domain) == 0;
        keep(&ret->role, hs->a, is_own ? "controller" : "member");
    } else if (!ret->role && security.is_domain_told) {
        keep(&ret->role, hs->a, "standalone");
    }
    refuse_foreign_sam(hs, ret, &security);
    identify_by_sids(hs, ret, &security);
    keep(&ret->dns_domain, hs->a, security.dns_domain);
    if (ret->build == 0) {
        ret->build = build_of(hs);
    }
    if (ret->collected_at == 0) {
        newest(ret, &hs->system);
        newest(ret, &hs->software);
        newest(ret, &hs->sam);
        newest(ret, &hs->security);
    }
}

enum rc hive_identity(const struct host_hives *h, struct arena *a, struct host_identity *ret,
                      struct err *err)
{
    struct hives hs;
    TRY(hives_open(&hs, h, a, err));
    if (!hs.system.is_open && !hs.software.is_open && !hs.sam.is_open && !hs.security.is_open) {
        const struct hive *first = h->system.data     ? &hs.system
                                   : h->software.data ? &hs.software
                                   : h->sam.data      ? &hs.sam
                                                      : &hs.security;
        return err_setf(err, RC_MALFORMED, "%s", first->why);
    }
    hives_identify(&hs, ret);
    return RC_OK;
}

static const char *domain_name_of(struct hives *hs)
{
    struct security_identity security;
    struct err ignored;
    return hs->security.is_open &&
                   security_identity(&hs->security.h, hs->a, &security, &ignored) == RC_OK
               ? security.domain_name
               : NULL;
}

enum rc hive_machine(struct hive_output *o, struct err *err)
{
    const struct host_identity *who = &o->who;
    struct row row;
    if (!who->machine_sid && !who->role && !who->computer_name) {
        hive_told(o, PART_MACHINE, TOLD_NOTHING, "no hive tells whose it is");
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_MACHINE);
    row_text(&row, MACHINE_HOST, o->import->host);
    row_text(&row, MACHINE_SID, who->machine_sid);
    row_text(&row, MACHINE_NAME, who->computer_name);
    row_text(&row, MACHINE_DOMAIN_SID, who->domain_sid);
    row_text(&row, MACHINE_DOMAIN, domain_name_of(o->hives));
    row_text(&row, MACHINE_DNS_DOMAIN, who->dns_domain);
    row_text(&row, MACHINE_ROLE, who->role);
    bool is_all =
        who->machine_sid && who->role && (strcmp(who->role, "standalone") == 0 || who->domain_sid);
    hive_told(o, PART_MACHINE, is_all ? TOLD_ALL : TOLD_SOME,
              is_all              ? NULL
              : !who->machine_sid ? "no SAM and no SECURITY hive that tells the machine's SID"
                                  : "no SECURITY hive that tells the domain");
    return hive_put(o, &row, err);
}
