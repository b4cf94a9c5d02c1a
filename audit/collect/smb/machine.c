/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LSA: whose accounts the host has, which domain it belongs to ([MS-LSAD] 3.1.4.4). */
#include <stdio.h>

#include "audit/base/utf.h"
#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/lsa.h"
#include "audit/collect/smb/value.h"

static void keep(char *buf, const char *text)
{
    if (text && utf8_valid(text, strlen(text)) && strlen(text) < MACHINE_NAME_MAX) {
        (void)snprintf(buf, MACHINE_NAME_MAX, "%s", text);
    }
}

/* One class of policy information; *ret belongs to mem. number: of the call, because old servers know only the first. */
static enum rc ask(struct collect *c, TALLOC_CTX *mem, uint32_t number, enum lsa_PolicyInfo level,
                   union lsa_PolicyInformation **ret, struct err *err)
{
    static const char what[] = "reading the host's name and domain";
    union lsa_PolicyInformation *info = NULL;
    struct lsa_QueryInfoPolicy r = { .in = { .handle = &c->lsa, .level = level },
                                     .out = { .info = &info } };
    struct lsa_QueryInfoPolicy2 r2 = { .in = { .handle = &c->lsa, .level = level },
                                       .out = { .info = &info } };
    bool is_new = number == LSA_QUERY_INFO_POLICY2;
    TRY(session_call(&c->s, PIPE_LSARPC, number, mem, is_new ? (void *)&r2 : (void *)&r, what,
                     err));
    uint32_t status = status_of(is_new ? r2.out.result : r.out.result);
    if (status != NTS_OK || !info) {
        return fault_call(c->o, what, status, err);
    }
    *ret = info;
    return RC_OK;
}

static enum rc read_account_domain(struct collect *c, TALLOC_CTX *mem, struct err *err)
{
    struct machine *m = &c->machine;
    union lsa_PolicyInformation *info = NULL;
    TRY(ask(c, mem, LSA_QUERY_INFO_POLICY, LSA_POLICY_INFO_ACCOUNT_DOMAIN, &info, err));
    keep(m->name, info->account_domain.name.string);
    if (info->account_domain.sid) {
        m->account = *info->account_domain.sid;
        value_sid(&m->account, m->sid);
    }
    return RC_OK;
}

static enum rc read_primary_domain(struct collect *c, TALLOC_CTX *mem, struct err *err)
{
    struct machine *m = &c->machine;
    union lsa_PolicyInformation *info = NULL;
    if (ask(c, mem, LSA_QUERY_INFO_POLICY2, LSA_POLICY_INFO_DNS, &info, err) == RC_OK) {
        keep(m->domain, info->dns.name.string);
        keep(m->dns_domain, info->dns.dns_domain.string);
        value_sid(info->dns.sid, m->domain_sid);
    } else {
        TRY(ask(c, mem, LSA_QUERY_INFO_POLICY, LSA_POLICY_INFO_DOMAIN, &info, err));
        keep(m->domain, info->domain.name.string);
        value_sid(info->domain.sid, m->domain_sid);
    }
    m->has_domain = true;
    return RC_OK;
}

/* A domain controller's own accounts are the domain's. */
static const char *role_of(const struct collect *c)
{
    const struct machine *m = &c->machine;
    if (c->o->is_controller) {
        return "controller";
    }
    if (!m->has_domain || !*m->sid) {
        return NULL;
    }
    return !*m->domain_sid                      ? "standalone"
           : strcmp(m->sid, m->domain_sid) == 0 ? "controller"
                                                : "member";
}

enum rc machine_need(struct collect *c, struct err *err)
{
    struct machine *m = &c->machine;
    if (!m->is_read) {
        TALLOC_CTX *mem = talloc_new(c->s.mem);
        m->is_read = true;
        m->rc = lsa_open(c, &m->err);
        if (m->rc == RC_OK) {
            m->rc = read_account_domain(c, mem, &m->err);
        }
        if (m->rc == RC_OK) {
            m->rc = read_primary_domain(c, mem, &m->err);
        }
        m->role = role_of(c);
        talloc_free(mem);
    }
    if (m->rc != RC_OK) {
        *err = m->err;
    }
    return m->rc;
}

enum rc collect_machine(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct machine *m = &c->machine;
    struct err ignored = { 0 };
    struct row row;
    enum rc rc = machine_need(c, err);
    if (!*m->sid && !m->has_domain) {
        return rc;
    }
    row_begin(&row, ROW_TABLE_MACHINE);
    row_text(&row, MACHINE_HOST, c->target);
    row_text(&row, MACHINE_SID, *m->sid ? m->sid : NULL);
    row_text(&row, MACHINE_NAME, *m->name ? m->name : NULL);
    row_text(&row, MACHINE_DOMAIN_SID, *m->domain_sid ? m->domain_sid : NULL);
    row_text(&row, MACHINE_DOMAIN, *m->domain ? m->domain : NULL);
    row_text(&row, MACHINE_DNS_DOMAIN, *m->dns_domain ? m->dns_domain : NULL);
    row_text(&row, MACHINE_ROLE, m->role);
    row_text(&row, MACHINE_AUTHENTICATION, c->o->auth == AUTH_KERBEROS ? "kerberos" : "ntlm");
    enum rc manager = services_open(c, &ignored);
    if (manager == RC_OK || manager == RC_DENIED) {
        row_bool(&row, MACHINE_ADMINISTRATOR, manager == RC_OK);
    }
    row_bool(&row, MACHINE_SIGNED, true); /* a session that is not signed is not set up */
    *ret_objects += 1;
    if (row_put(c->sink, &row, &ignored) != RC_OK) {
        *err = ignored;
        return err->rc;
    }
    return rc;
}
