/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori-smb: asks one host, over one SMB session, what it says about itself. Nothing but questions. */
#include <samba/version.h>

#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/fetch.h"
#include "audit/collect/smb/share.h"

static struct smb_options options;

static enum rc prepare(struct worker *w, const struct task *task, struct err *err)
{
    (void)w;
    TRY(options_from_task(task, &options, err));
    reach_prepare(&options);
    return options_fetches(&options) ? share_prepare(&options, err)
                                     : session_prepare(&options, err);
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    struct collect c = { .o = &options,
                         .target = task->target && *task->target ? task->target : options.host,
                         .pack = worker_secret(w),
                         .worker = w,
                         .sink = worker_sink(w) };
    if (options.wants[SOURCE_EVENTLOG]) {
        return eventlog_run(&c, err);
    }
    return options_fetches(&options) ? fetch_run(&c, err) : collect_run(&c, err);
}

int main(int argc, char **argv)
{
    /* The host, the KDC and, for its name, DNS. */
    static const uint16_t ports[] = { 445, 88, 53, 0 };
    static const char *const port_parameters[] = { "port", NULL };
    const struct worker_role role = { .name = "kagimori-smb",
                                      .version =
                                          KAGIMORI_VERSION ", Samba " SAMBA_VERSION_OFFICIAL_STRING,
                                      .sandbox = WORKER_SANDBOX_COLLECTOR,
                                      .ports = ports,
                                      .port_parameters = port_parameters,
                                      .outbox_max = UINT64_C(1) << 30,
                                      .outbox_parameter = EVENTLOG_PARAMETER,
                                      .prepare = prepare,
                                      .run = run };
    return worker_main(argc, argv, &role);
}
