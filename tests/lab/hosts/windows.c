/* Loaded into the RPC helpers of the lab's hosts (LD_PRELOAD): what Samba 4.17 cannot say of a Windows host.
 *
 * - Debian's Samba answers ACCESS_DENIED for the state of every service but its own four, and always "on demand"
 *   for the start type. Here both come from /etc/samba/services, one service a line:
 *       name|display name|state (1 stopped, 4 running)|start type (2 automatic, 3 on demand, 4 disabled)|path
 *   To start or to stop one is refused, and written to /var/log/samba/service-changes.
 * - Samba does not know BUILTIN\Remote Management Users (580) and some others, so nobody could open them.
 *
 * Only the answers' contents change: parsing, access checks and everything on the wire stay Samba's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct { uint32_t w; } werror;              /* WERROR */
struct status {                                     /* SERVICE_STATUS */
    uint32_t type, state, controls;
    werror exit_code;
    uint32_t service_exit_code, check_point, wait_hint;
};
struct operations {                                 /* SERVICE_CONTROL_OPS */
    werror (*stop)(const char *, struct status *);
    werror (*start)(const char *);
    werror (*status)(const char *, struct status *);
};
struct configuration {                              /* QUERY_SERVICE_CONFIG */
    uint32_t type, start_type, error_control;
    const char *path, *group;
    uint32_t tag;
    const char *dependencies, *start_name, *display_name;
};

/* Finds a service by name or display name. Fields are valid until the next call. */
static bool find(const char *what, char *field[5]) {
    static char line[1024];
    FILE *f = fopen("/etc/samba/services", "re");
    bool found = false;
    while (f && !found && fgets(line, sizeof line, f)) {
        char *rest = line;
        line[strcspn(line, "\n")] = 0;
        for (int i = 0; i < 5; i++) {
            field[i] = strsep(&rest, "|");
            if (!field[i]) field[i] = line + strlen(line);
        }
        found = what && (!strcasecmp(what, field[0]) || !strcasecmp(what, field[1]));
    }
    if (f) fclose(f);
    return found;
}

static werror service_status(const char *name, struct status *s) {
    char *field[5];
    memset(s, 0, sizeof *s);
    s->type = 0x20;
    s->state = 1;
    s->exit_code.w = 1077;                          /* never started */
    if (find(name, field) && atoi(field[2]) == 4) {
        s->state = 4;
        s->controls = 5;
        s->exit_code.w = 0;
    }
    return (werror){0};
}

static werror refuse(const char *what, const char *name) {
    FILE *f = fopen("/var/log/samba/service-changes", "ae");
    if (f) {
        fprintf(f, "%s %s\n", what, name);
        fclose(f);
    }
    return (werror){5};
}

static werror service_stop(const char *name, struct status *s) {
    memset(s, 0, sizeof *s);
    return refuse("stop", name);
}

static werror service_start(const char *name) {
    return refuse("start", name);
}

__attribute__((constructor)) static void take_over(void) {
    static const char *const tables[] = {"rcinit_svc_ops", "spoolss_svc_ops", "netlogon_svc_ops", "winreg_svc_ops", "wins_svc_ops"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct operations *o = dlsym(RTLD_DEFAULT, tables[i]);
        if (o) *o = (struct operations){service_stop, service_start, service_status};
    }
}

/* Called for each QueryServiceConfig answer on its way out. */
int ndr_push_QUERY_SERVICE_CONFIG(void *ndr, int flags, const struct configuration *c) {
    static int (*next)(void *, int, const struct configuration *);
    if (!next) next = (int (*)(void *, int, const struct configuration *))dlsym(RTLD_NEXT, "ndr_push_QUERY_SERVICE_CONFIG");
    struct configuration mine = *c;
    char *field[5];
    if (find(c->display_name, field)) {
        mine.start_type = (uint32_t)atoi(field[3]);
        if (*field[4]) mine.path = field[4];
    }
    return next(ndr, flags, &mine);
}

/* Aliases that came after Samba's list. */
bool lookup_builtin_rid(void *mem, uint32_t rid, const char **name) {
    static bool (*next)(void *, uint32_t, const char **);
    static char *(*copy)(const void *, const char *);
    if (!next) next = (bool (*)(void *, uint32_t, const char **))dlsym(RTLD_NEXT, "lookup_builtin_rid");
    if (!copy) copy = (char *(*)(const void *, const char *))dlsym(RTLD_DEFAULT, "talloc_strdup");
    const char *new = rid == 578 ? "Hyper-V Administrators" : rid == 580 ? "Remote Management Users" : NULL;
    if (!new) return next(mem, rid, name);
    if (name) *name = copy ? copy(mem, new) : NULL;
    return true;
}
