/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Service control ([MS-SCMR]): state, start type, account of the services that the checks name. Opened for asking only: neither
 * the manager nor a service is ever opened with a right that could start, stop or change anything. */
#include "audit/base/arena.h"
#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/value.h"

#define MANAGER_ACCESS (SC_RIGHT_MGR_CONNECT | SC_RIGHT_MGR_ENUMERATE_SERVICE)
#define SERVICE_ACCESS (SC_RIGHT_SVC_QUERY_STATUS | SC_RIGHT_SVC_QUERY_CONFIG)

/* Largest answer that a server may give ([MS-SCMR] 3.1.4.17). */
#define CONFIG_MAX 8192U

#define SCRATCH_MAX (64U * 1024)

enum rc services_open(struct collect *c, struct err *err)
{
    static const char what[] = "opening service control";
    if (c->has_manager) {
        return RC_OK;
    }
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    struct svcctl_OpenSCManagerW r = { .in = { .MachineName =
                                                   talloc_asprintf(mem, "\\\\%s", c->o->host),
                                               .DatabaseName = NULL,
                                               .access_mask = MANAGER_ACCESS },
                                       .out = { .handle = &c->manager } };
    enum rc rc = session_call(&c->s, PIPE_SVCCTL, NDR_SVCCTL_OPENSCMANAGERW, mem, &r, what, err);
    if (rc == RC_OK) {
        rc = fault_win32(c->o, what, W_ERROR_V(r.out.result), err);
    }
    c->has_manager = rc == RC_OK;
    talloc_free(mem);
    return rc;
}

static enum rc open_service(struct collect *c, TALLOC_CTX *mem, const char *name,
                            struct policy_handle *handle, struct err *err)
{
    static const char what[] = "opening a service";
    struct svcctl_OpenServiceW r = { .in = { .scmanager_handle = &c->manager,
                                             .ServiceName = name,
                                             .access_mask = SERVICE_ACCESS },
                                     .out = { .handle = handle } };
    TRY(services_open(c, err));
    TRY(session_call(&c->s, PIPE_SVCCTL, NDR_SVCCTL_OPENSERVICEW, mem, &r, what, err));
    return fault_win32(c->o, what, W_ERROR_V(r.out.result), err);
}

static void close_service(struct collect *c, TALLOC_CTX *mem, struct policy_handle *handle)
{
    struct policy_handle closed;
    struct svcctl_CloseServiceHandle r = { .in = { .handle = handle },
                                           .out = { .handle = &closed } };
    session_release(&c->s, PIPE_SVCCTL, NDR_SVCCTL_CLOSESERVICEHANDLE, mem, &r);
}

static enum rc query_state(struct collect *c, TALLOC_CTX *mem, struct policy_handle *handle,
                           uint32_t *ret, struct err *err)
{
    static const char what[] = "asking for the state of a service";
    struct SERVICE_STATUS status = { 0 };
    struct svcctl_QueryServiceStatus r = { .in = { .handle = handle },
                                           .out = { .service_status = &status } };
    TRY(session_call(&c->s, PIPE_SVCCTL, NDR_SVCCTL_QUERYSERVICESTATUS, mem, &r, what, err));
    TRY(fault_win32(c->o, what, W_ERROR_V(r.out.result), err));
    *ret = (uint32_t)status.state;
    return RC_OK;
}

static enum rc query_config(struct collect *c, TALLOC_CTX *mem, struct policy_handle *handle,
                            struct QUERY_SERVICE_CONFIG *ret, struct err *err)
{
    static const char what[] = "asking for the settings of a service";
    uint32_t needed = 0;
    struct svcctl_QueryServiceConfigW r = { .in = { .handle = handle, .offered = CONFIG_MAX },
                                            .out = { .query = ret, .needed = &needed } };
    TRY(session_call(&c->s, PIPE_SVCCTL, NDR_SVCCTL_QUERYSERVICECONFIGW, mem, &r, what, err));
    return fault_win32(c->o, what, W_ERROR_V(r.out.result), err);
}

enum rc services_state(struct collect *c, const char *name, uint32_t *ret_state, struct err *err)
{
    struct policy_handle handle;
    TALLOC_CTX *mem = talloc_new(c->s.mem);
    enum rc rc = open_service(c, mem, name, &handle, err);
    if (rc == RC_OK) {
        rc = query_state(c, mem, &handle, ret_state, err);
        close_service(c, mem, &handle);
    } else if (rc == RC_ABSENT) {
        *ret_state = 0;
        rc = RC_OK;
    }
    talloc_free(mem);
    return rc;
}

static enum rc read_one(struct collect *c, TALLOC_CTX *mem, const char *name, struct arena *a,
                        struct err *err)
{
    struct policy_handle handle;
    struct QUERY_SERVICE_CONFIG config = { 0 };
    struct err later = { 0 };
    uint32_t state = 0;
    struct row row;
    enum rc rc = open_service(c, mem, name, &handle, err);
    if (rc != RC_OK && rc != RC_ABSENT) {
        return rc;
    }
    row_begin(&row, ROW_TABLE_SERVICE);
    row_text(&row, SERVICE_HOST, c->target);
    row_text(&row, SERVICE_NAME, name);
    row_text(&row, SERVICE_ORIGIN, "rpc");
    row_bool(&row, SERVICE_MISSING, rc == RC_ABSENT);
    if (rc == RC_ABSENT) {
        return row_put(c->sink, &row, err);
    }
    rc = query_state(c, mem, &handle, &state, err);
    if (rc == RC_OK) {
        row_int(&row, SERVICE_STATE, state);
    }
    enum rc second = session_is_lost(&c->s) ? rc : query_config(c, mem, &handle, &config, &later);
    if (second == RC_OK) {
        row_int(&row, SERVICE_START, (int64_t)config.start_type);
        row_text(&row, SERVICE_ACCOUNT, value_text(a, config.startname, true));
        row_text(&row, SERVICE_PATH, value_command(a, config.executablepath));
    }
    close_service(c, mem, &handle);
    if (rc == RC_OK && second != RC_OK) {
        *err = later;
        rc = second;
    }
    enum rc put = row_put(c->sink, &row, rc == RC_OK ? err : &later);
    return rc != RC_OK ? rc : put;
}

enum rc collect_services(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    const char *name = NULL;
    enum rc first = RC_OK;
    TRY(services_open(c, err));
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH_MAX);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; (name = task_get_nth(c->o->task, "service", i)) != NULL; i++) {
        struct err e = { 0 };
        TALLOC_CTX *mem = talloc_new(c->s.mem);
        arena_reset(a);
        enum rc rc = read_one(c, mem, name, a, &e);
        talloc_free(mem);
        *ret_objects += rc == RC_OK ? 1 : 0;
        if (rc != RC_OK && first == RC_OK) {
            first = rc;
            *err = e;
            (void)err_prefix(err, "service %s", name);
        }
        if (session_is_lost(&c->s)) {
            break;
        }
    }
    return first;
}
