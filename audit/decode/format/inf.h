/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security templates: GptTmpl.inf of a policy and what secedit /export writes ([MS-GPSB] 2.2). Sections and names are the same in
 * every language of Windows; names of accounts are not, which is why a SID is handed on as such. */
#ifndef DECODE_FORMAT_INF_H
#define DECODE_FORMAT_INF_H

#include "audit/decode/format/registry_value.h"

/* A setting of [System Access], [Kerberos Policy], [Event Audit] or of one of the logs ([MS-GPSB] 2.2.1 to 2.2.4). */
struct inf_setting {
    const char *section; /* system_access, kerberos_policy, event_audit, event_log */
    const char *
        name; /* as Microsoft spells it, else as the file; of event_log with the log: "Security/MaximumLogSize" */
    bool has_number;
    int64_t number;   /* in the unit of the file; -1 = for ever */
    const char *text; /* of a quoted value, or one that is no number; else NULL */
};

struct inf_member {
    const char *group;  /* SID, or a name as the file spells it */
    const char *member; /* the same; "" = nobody (only with is_member_of false) */
    bool is_member_of;  /* the group is to be in this one; else this one is to be in the group */
};

struct inf_service {
    const char *name;
    bool has_start;
    int64_t start;    /* 2 automatic, 3 manual, 4 disabled */
    const char *sddl; /* security descriptor as text; "" = none */
};

/* Each may be NULL. All is borrowed until the call returns; anything but RC_OK and RC_MALFORMED ends the reading. */
struct inf_sink {
    void *context;
    enum rc (*section)(void *context, const char *name, struct err *err); /* each that is there */
    enum rc (*setting)(void *context, const struct inf_setting *s, struct err *err);
    registry_value_fn registry; /* [Registry Values]; action REG_SET, key HKLM\…, HKCU\… or HKU\… */
    /* [Privilege Rights]: holder is a SID, a name, or "" when nobody has the right. */
    enum rc (*right)(void *context, const char *right, const char *holder, struct err *err);
    enum rc (*member)(void *context, const struct inf_member *m, struct err *err);
    enum rc (*service)(void *context, const struct inf_service *s, struct err *err);
};

/* Hands on what the template holds, in its order; of a setting that comes twice the first. code_page as text_open. A line that
 * cannot be understood is passed over, and so is one for which a callback returns RC_MALFORMED; the
 * result is then RC_MALFORMED with the first of them, after all others were handed on.
 * Also RC_MALFORMED when there is no section at all. */
MUST_USE enum rc inf_read(const uint8_t *data, size_t n, unsigned code_page,
                          const struct inf_sink *sink, struct err *err);

#endif
