/* Loaded into smbd and the RPC helpers of the lab's hosts (LD_PRELOAD): what Samba 4.17 cannot say or do of a Windows host.
 *
 * - Debian's Samba answers ACCESS_DENIED for the state of every service but its own four, and always "on demand"
 *   for the start type. Here both come from /etc/samba/services, one service a line:
 *       name|display name|state (1 stopped, 4 running)|start type (2 automatic, 3 on demand, 4 disabled)|path|Samba's display name
 *   To start or to stop one is refused, and written to /var/log/samba/service-changes.
 * - Samba has a winreg pipe whatever the state of RemoteRegistry: here it is there only while that service runs.
 *   Every pipe that a client opens is written to /var/log/samba/pipes.
 * - Samba lets every account read SAMR, service control and registry: with /etc/samba/restricted only administrators may.
 * - Samba shows its own guest for RID 501: here it is the local account Guest.
 * - Samba does not know BUILTIN\Remote Management Users (580) and some others, so nobody could open them.
 * - Samba hides some registry keys behind answers of its own (the version, the kind of product, Netlogon): here the host's hold.
 *
 * Everything on the wire stays Samba's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

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
enum { FIELDS = 6 };
static bool find(const char *what, char *field[FIELDS]) {
    static char line[1024];
    FILE *f = fopen("/etc/samba/services", "re");
    bool found = false;
    while (f && !found && fgets(line, sizeof line, f)) {
        char *rest = line;
        line[strcspn(line, "\n")] = 0;
        for (int i = 0; i < FIELDS; i++) {
            field[i] = strsep(&rest, "|");
            if (!field[i]) field[i] = line + strlen(line);
        }
        found = what && (!strcasecmp(what, field[0]) || !strcasecmp(what, field[1]) || !strcasecmp(what, field[5]));
    }
    if (f) fclose(f);
    return found;
}

static werror service_status(const char *name, struct status *s) {
    char *field[FIELDS];
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

static void note(const char *path, const char *what, const char *name) {
    FILE *f = fopen(path, "ae");
    if (!f) return;
    fprintf(f, "%s%s\n", what, name);
    fclose(f);
}

static werror refuse(const char *what, const char *name) {
    note("/var/log/samba/service-changes", what, name);
    return (werror){5};
}

static werror service_stop(const char *name, struct status *s) {
    memset(s, 0, sizeof *s);
    return refuse("stop ", name);
}

static werror service_start(const char *name) {
    return refuse("start ", name);
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
    char *field[FIELDS];
    if (find(c->display_name, field)) {
        mine.start_type = (uint32_t)atoi(field[3]);
        mine.path = field[4];
        mine.display_name = field[1];
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

/* A client opens a pipe (smbd). */
uint32_t np_open(void *mem, const char *name, void *remote, void *local, void *session, void *events, void *messages, void *dcerpc,
                 void **handle) {
    static uint32_t (*next)(void *, const char *, void *, void *, void *, void *, void *, void *, void **);
    if (!next) next = (uint32_t(*)(void *, const char *, void *, void *, void *, void *, void *, void *, void **))dlsym(RTLD_NEXT, "np_open");
    char *field[FIELDS];
    note("/var/log/samba/pipes", "", name);
    if (!strcasecmp(name, "winreg") && find("RemoteRegistry", field) && atoi(field[2]) != 4) return 0xC0000034;   /* OBJECT_NAME_NOT_FOUND */
    return next(mem, name, remote, local, session, events, messages, dcerpc, handle);
}

/* Only administrators, as on Windows since 10 1607 and 2016 (SAMR) and since Vista (service control, registry). */
struct ace_start {                                  /* the start of security_ace */
    int type;
    uint8_t flags;
    uint16_t size;
    uint32_t mask;
};
struct acl {                                        /* security_acl */
    int revision;
    uint16_t size;
    uint32_t n;
    struct ace_start *first;
};
struct descriptor {                                 /* security_descriptor */
    int revision;
    uint16_t type;
    void *owner, *group;
    struct acl *sacl, *dacl;
};
enum { SAMR_SERVER_EVERYONE = 0x20031 };            /* what Samba grants to everyone on the SAM server object */

uint32_t se_access_check(const struct descriptor *sd, const void *token, uint32_t wanted, uint32_t *granted) {
    static uint32_t (*next)(const struct descriptor *, const void *, uint32_t, uint32_t *);
    static bool (*administrator)(const void *), (*system_itself)(const void *);
    if (!next) {
        next = (uint32_t(*)(const struct descriptor *, const void *, uint32_t, uint32_t *))dlsym(RTLD_NEXT, "se_access_check");
        administrator = (bool (*)(const void *))dlsym(RTLD_DEFAULT, "security_token_has_builtin_administrators");
        system_itself = (bool (*)(const void *))dlsym(RTLD_DEFAULT, "security_token_is_system");
    }
    const char *me = program_invocation_short_name;
    bool guarded = !strcmp(me, "rpcd_winreg") || !strcmp(me, "rpcd_classic") ||
                   (!strcmp(me, "rpcd_lsad") && sd && sd->dacl && sd->dacl->n && sd->dacl->first->mask == SAMR_SERVER_EVERYONE);
    if (guarded && token && administrator && !administrator(token) && !system_itself(token) && !access("/etc/samba/restricted", F_OK))
        return 0xC0000022;                          /* ACCESS_DENIED */
    return next(sd, token, wanted, granted);
}

/* RID 501 by its SID. */
struct sid {                                        /* dom_sid */
    uint8_t revision;
    int8_t n;
    uint8_t authority[6];
    uint32_t sub[15];
};

bool pdb_getsampwsid(void *account, const struct sid *sid) {
    static bool (*next)(void *, const struct sid *), (*by_name)(void *, const char *);
    if (!next) next = (bool (*)(void *, const struct sid *))dlsym(RTLD_NEXT, "pdb_getsampwsid");
    if (!by_name) by_name = (bool (*)(void *, const char *))dlsym(RTLD_DEFAULT, "pdb_getsampwnam");
    if (sid->n == 5 && sid->sub[0] == 21 && sid->sub[4] == 501 && by_name && by_name(account, "Guest")) return true;
    return next(account, sid);
}

/* ---- registry ---- */

werror reghook_cache_add(const char *key, void *operations) {
    static const char *const windows[] = { "\\WINDOWS NT\\CURRENTVERSION", "\\CONTROL\\PRODUCTOPTIONS", "\\NETLOGON\\PARAMETERS" };
    static werror (*next)(const char *, void *);
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        const char *found = strcasestr(key, windows[i]);
        if (found && !found[strlen(windows[i])]) return (werror){ 0 };
    }
    if (!next) next = (werror(*)(const char *, void *))dlsym(RTLD_NEXT, "reghook_cache_add");
    return next(key, operations);
}
