/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scheduled task ([MS-TSCH] 2.5, Task Scheduler 1.2 and later): files of System32\Tasks, what schtasks /xml writes, and the Task
 * element of a preference. */
#ifndef DECODE_FORMAT_TASK_XML_H
#define DECODE_FORMAT_TASK_XML_H

#include "audit/base/filetime.h"
#include "audit/decode/format/xml.h"

/* Bits of task_xml.triggers. */
enum task_trigger {
    TASK_BOOT = 1,
    TASK_LOGON = 2,
    TASK_TIME = 4, /* once or by calendar */
    TASK_IDLE = 8,
    TASK_EVENT = 16,
    TASK_REGISTRATION = 32,
    TASK_SESSION = 64, /* a session is locked, connected … */
    TASK_OTHER = 128
};

struct task_xml_action {
    /* Of an Exec action; NULL where both together look as if they hold a password (script_command). */
    const char *command, *arguments;
    const char *class_id;   /* of a ComHandler, in the one text form; NULL = it is none */
    bool has_password_hint; /* the text is not kept then */
};

/* Text is in the arena, and borrowed from the tree; NULL = not told. */
struct task_xml {
    const char *uri;                /* folder and name of the task */
    const char *author;             /* NULL also where it looks as if it holds a password */
    filetime date;                  /* of registration; 0 = not told */
    const char *user_id, *group_id; /* whose rights it has: SID or name */
    const char *logon_type;         /* Password, S4U, InteractiveToken … */
    bool is_highest;                /* RunLevel is HighestAvailable */
    bool is_enabled, is_hidden;     /* of the whole task; enabled when not told */
    uint32_t triggers; /* of those that are enabled; 0 = none: it runs only on demand */
    const struct task_xml_action
        *actions; /* Exec and ComHandler, in their order; others are left out */
    size_t action_count;
    bool
        has_password_hint; /* an action, the description or the author looks as if it holds a password */
};

/* Reads a whole file. RC_MALFORMED when it is no task. */
MUST_USE enum rc task_xml_read(const uint8_t *data, size_t n, struct arena *a, struct task_xml *ret,
                               struct err *err);

/* Reads a Task element. RC_MALFORMED when it has another name or the arena is too small. */
MUST_USE enum rc task_xml_take(const struct xml_node *task, struct arena *a, struct task_xml *ret,
                               struct err *err);

#endif
