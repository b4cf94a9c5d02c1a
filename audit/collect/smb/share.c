/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/share.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libsmbclient.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "audit/collect/smb/descriptor.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/fence.h"
#include "audit/collect/smb/kerberos.h"
#include "audit/collect/smb/keytab.h"
#include "audit/collect/smb/reach.h"
#include "audit/collect/smb/session.h"

/* In libsamba-util, without a public header. */
const char *set_dyn_CONFIGFILE(const char *path);

#define READ_AT_ONCE (256U * 1024)
#define MOST_LISTED  200000U /* entries of one folder */
#define LINK_FLAG    0x400U  /* FILE_ATTRIBUTE_REPARSE_POINT, [MS-FSCC] 2.6 */
#define FOLDER_FLAG  0x10U

/* What the library's own buffer holds; a longer one would be cut off, and refused. */
#define PASSWORD_MOST 255

/* Level of the library's log at which it says how the logon went. */
#define LOGON_LEVEL 4

static struct {
    struct walk_tree tree; /* first: the tree is this share */
    const struct smb_options *o;
    SMBCCTX *context;
    SMBCSRV *server; /* the one connection */
    char host[256];  /* in URLs; the Kerberos service */
    char share[64];
    SMBCFILE *file; /* that is read in pieces */
    char path[256]; /* of it, for messages */
    char base[256];
    char user[256];
    const struct secret *password; /* while logging on */
    bool is_logging_on, has_session;
    uint32_t status; /* of the logon, when the library said it */
} it;

/* ---- before the sandbox ---- */

/* The library tells errno alone, and one for many reasons; its log has the words of the status. */
static void hear(void *context, int level, const char *text)
{
    (void)context;
    (void)level;
    if (!it.is_logging_on) {
        return;
    }
    if (strstr(text, "session setup ok")) {
        it.has_session = true;
    } else if (it.status == NTS_OK && strstr(text, "login failed")) {
        it.status = fault_from_text(text);
        it.status = it.status == NTS_OK ? NTS_UNSUCCESSFUL : it.status;
    }
}

static void give_login(SMBCCTX *context, const char *server, const char *share, char *group,
                       int group_size, char *user, int user_size, char *password, int password_size)
{
    (void)context;
    (void)server;
    (void)share;
    bool is_name = it.o->auth == AUTH_NTLM;
    (void)snprintf(group, (size_t)group_size, "%s", is_name ? it.o->domain : "");
    (void)snprintf(user, (size_t)user_size, "%s", it.user);
    password[0] = '\0';
    if (it.password && secret_size(it.password) < (size_t)password_size) {
        memcpy(password, secret_bytes(it.password), secret_size(it.password));
        password[secret_size(it.password)] = '\0';
    }
}

/* The library's cache of connections, with one place. It also looks for "*IPC$", the connection that it would make to translate
 * the names in security descriptors: with a second logon, and for nothing, as we ask for SIDs. It gets the first one instead. */
static SMBCSRV *get_server(SMBCCTX *context, const char *server, const char *share,
                           const char *group, const char *user)
{
    (void)context;
    (void)server;
    (void)group;
    (void)user;
    return strcasecmp(share, it.share) == 0 || strcmp(share, "*IPC$") == 0 ? it.server : NULL;
}

static int add_server(SMBCCTX *context, SMBCSRV *added, const char *server, const char *share,
                      const char *group, const char *user)
{
    (void)context;
    (void)server;
    (void)share;
    (void)group;
    (void)user;
    it.server = it.server ? it.server : added;
    return 0;
}

/* A connection that is lost is not asked for its health, and not replaced. */
static int always_well(SMBCCTX *context, SMBCSRV *server)
{
    (void)context;
    (void)server;
    return 0;
}

static int never_removed(SMBCCTX *context, SMBCSRV *server)
{
    (void)context;
    (void)server;
    return 1;
}

/* Samba's settings, in memory. The folders are none, so that its caches cannot be made. */
static enum rc write_settings(int *ret_fd, struct err *err)
{
    static const char text[] = "[global]\n"
                               "netbios name = KAGIMORI\n"
                               "workgroup = KAGIMORI\n"
                               "client min protocol = SMB2_02\n"
                               "client max protocol = SMB3_11\n"
                               "client ipc min protocol = SMB2_02\n"
                               "client signing = required\n"
                               "client ipc signing = required\n"
                               "client NTLMv2 auth = yes\n"
                               "client lanman auth = no\n"
                               "client plaintext auth = no\n"
                               "client use spnego = yes\n"
                               "disable netbios = yes\n"
                               "name resolve order = host\n"
                               "unix charset = UTF-8\n"
                               "lock directory = /dev/null\n"
                               "state directory = /dev/null\n"
                               "cache directory = /dev/null\n"
                               "private dir = /dev/null\n"
                               "pid directory = /dev/null\n"
                               "ncalrpc dir = /dev/null\n"
                               "log file = /dev/null\n";
    int fd = memfd_create("kagimori-settings", MFD_CLOEXEC);
    if (fd < 0 || write(fd, text, sizeof(text) - 1) != (ssize_t)sizeof(text) - 1) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return err_setf(err, RC_IO, "cannot make Samba's settings: %s", strerror(errno));
    }
    *ret_fd = fd;
    return RC_OK;
}

static SMBCCTX *new_context(const struct smb_options *o)
{
    SMBCCTX *c = smbc_new_context();
    if (!c) {
        return NULL;
    }
    smbc_setLogCallback(c, NULL, hear);
    smbc_setDebug(c, 0);
    smbc_setPort(c, o->port);
    smbc_setTimeout(c, (int)o->logon_timeout_s * 1000);
    smbc_setUser(c, "");
    smbc_setNetbiosName(c, "KAGIMORI");
    smbc_setOptionNoAutoAnonymousLogin(c, true);
    smbc_setOptionUseKerberos(c, o->auth == AUTH_KERBEROS);
    smbc_setOptionFallbackAfterKerberos(c, false);
    smbc_setOptionUseCCache(c, false);
    smbc_setOptionUrlEncodeReaddirEntries(c, false);
    smbc_setOptionOpenShareMode(c, SMBC_SHAREMODE_DENY_NONE);
    smbc_setFunctionAuthDataWithContext(c, give_login);
    smbc_setFunctionGetCachedServer(c, get_server);
    smbc_setFunctionAddCachedServer(c, add_server);
    smbc_setFunctionCheckServer(c, always_well);
    smbc_setFunctionRemoveUnusedServer(c, never_removed);
    smbc_setFunctionRemoveCachedServer(c, never_removed);
    return smbc_init_context(c);
}

enum rc share_prepare(const struct smb_options *o, struct err *err)
{
    char path[64];
    int fd AUTO_FD = -1;
    TRY(session_prepare(o, err));
    TRY(write_settings(&fd, err));
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    (void)set_dyn_CONFIGFILE(path);
    (void)unsetenv("HOME"); /* where the library looks for settings first */
    it.o = o;
    it.context = new_context(o);
    if (!it.context || !smbc_setOptionProtocols(it.context, "SMB2_02", "SMB3_11")) {
        return err_setf(err, RC_BUG, "Samba's file library does not start: %s", strerror(errno));
    }
    /* A literal address has characters that URLs use otherwise; nothing but Kerberos cares for the name. */
    (void)snprintf(it.host, sizeof(it.host), "%s",
                   strpbrk(o->host, ":%") ? "host.invalid" : o->host);
    return RC_OK;
}

/* ---- logging on ---- */

/* The ticket cache and whose it is, as the library reads them from the environment. */
static enum rc use_ticket(uint32_t *ret_status, struct err *err)
{
    TALLOC_CTX *mem = talloc_new(NULL);
    struct loadparm_context *lp = mem ? loadparm_init(mem) : NULL;
    struct cli_credentials *c = mem ? cli_credentials_init(mem) : NULL;
    const struct smb_options *o = it.o;
    enum rc rc = RC_OK;
    if (!lp || !c || !lpcfg_load(lp, "/dev/null")) {
        rc = err_setf(err, RC_NOMEM, "out of memory");
    } else {
        rc = kerberos_credentials(o, lp, c, ret_status, err);
    }
    if (rc == RC_OK) {
        char name[1024];
        const char *cache = o->keytab ? KEYTAB_CCACHE : o->ccache;
        (void)snprintf(name, sizeof(name), "%s%s", cache[0] == '/' ? "FILE:" : "", cache);
        (void)snprintf(it.user, sizeof(it.user), "%s", kerberos_client());
        if (setenv("KRB5CCNAME", name, 1) != 0) {
            rc = err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    /* A cache in memory lives as long as something of it is open. */
    static TALLOC_CTX *kept;
    if (o->keytab) {
        kept = mem;
    } else {
        talloc_free(mem);
    }
    (void)kept;
    return rc;
}

/* What the library did not say in its log, from errno. Who was refused for an unknown reason counts as a wrong password. */
static uint32_t status_from_errno(int e)
{
    switch (e) {
    case EACCES:
    case EPERM:
        return NTS_LOGON_FAILURE;
    case ETIMEDOUT:
        return NTS_IO_TIMEOUT;
    case ECONNREFUSED:
        return 0xc0000236U;
    case EINVAL:
    case ENOSYS:
    case EOPNOTSUPP:
        return NTS_UNSUCCESSFUL;
    default:
        return 0xc000020dU;
    }
}

/* What "not there" means must be certain: on a connection that is gone nothing is. The library itself ends one whose share it
 * could not open. */
static enum rc file_fault(int e, const char *what, const char *path, struct err *err)
{
    bool is_lost = it.server && fence_is_lost();
    enum rc rc = e == EACCES || e == EPERM                    ? RC_DENIED
                 : e == ENOENT || e == ENOTDIR || e == ENODEV ? RC_ABSENT
                 : e == ENOMEM                                ? RC_NOMEM
                                                              : RC_IO;
    if (e == ETIMEDOUT) {
        rc = RC_TIMEOUT;
    } else if (is_lost && rc != RC_DENIED) {
        rc = RC_UNREACHABLE;
    }
    return err_setf(err, rc, "%s %.300s: %s", what, path,
                    rc == RC_UNREACHABLE ? "the connection was lost"
                    : rc == RC_DENIED    ? "access is denied"
                    : rc == RC_ABSENT    ? "it is not there"
                    : rc == RC_TIMEOUT   ? "no answer"
                                         : strerror(e));
}

static enum rc refused(const char *address, uint32_t status, struct err *err)
{
    const char *who = it.o->auth == AUTH_KERBEROS ? kerberos_client() : it.o->user;
    return fault_logon(it.o, who,
                       fault_is_loss(status) && status != NTS_IO_TIMEOUT &&
                               reach_speaks_smb1(it.o, address)
                           ? NTS_NOT_SUPPORTED
                           : status,
                       err);
}

/* "smb://host/share/base/path", with everything encoded that is not a plain character. */
static bool url_of(char *buf, size_t size, const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    int begun = snprintf(buf, size, "smb://%s/%s", it.host, it.share);
    const char *const parts[] = { it.base, path };
    size_t n = (size_t)begun;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (*parts[i] && n + 1 < size) {
            buf[n++] = '/';
        }
        for (const char *p = parts[i]; *p && n + 4 < size; p++) {
            if (strchr(plain, *p)) {
                buf[n++] = *p;
            } else {
                n += (size_t)snprintf(buf + n, size - n, "%%%02X", (unsigned)(unsigned char)*p);
            }
        }
    }
    buf[n] = '\0';
    return begun > 0 && n + 4 < size;
}

static enum rc need_url(char *buf, size_t size, const char *path, struct err *err)
{
    return url_of(buf, size, path) ? RC_OK
                                   : err_setf(err, RC_LIMIT, "%.300s: the path is too long", path);
}

enum rc share_open(const char *address, const char *share, const struct secret *password,
                   uint32_t *ret_status, struct err *err)
{
    char url[1024];
    struct stat st;
    *ret_status = NTS_UNSUCCESSFUL; /* not asked */
    (void)snprintf(it.share, sizeof(it.share), "%s", share);
    (void)snprintf(it.user, sizeof(it.user), "%s", it.o->auth == AUTH_NTLM ? it.o->name : "");
    TRY(it.o->auth == AUTH_KERBEROS ? use_ticket(ret_status, err) : RC_OK);
    TRY(need_url(url, sizeof(url), "", err));
    if (password && secret_size(password) > PASSWORD_MOST) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the audit password is longer than %d bytes, which Samba's file library "
                        "cannot send",
                        PASSWORD_MOST);
    }
    if (!fence_close(it.host, address, it.o->port)) {
        return err_setf(err, RC_BUG, "\"%s\" is no address", address);
    }
    it.password = password;
    it.status = NTS_OK;
    it.is_logging_on = true;
    smbc_setDebug(it.context, LOGON_LEVEL);
    int failed = smbc_getFunctionStat(it.context)(it.context, url, &st) != 0 ? errno : 0;
    smbc_setDebug(it.context, 0);
    it.is_logging_on = false;
    it.password = NULL;
    if (it.server || it.has_session) {
        *ret_status = NTS_OK;
        return failed == 0 ? RC_OK : file_fault(failed, "opening the share", share, err);
    }
    *ret_status = it.status != NTS_OK ? it.status : status_from_errno(failed);
    return refused(address, *ret_status, err);
}

/* ---- files ---- */

enum rc share_stat(const char *path, struct err *err)
{
    char url[8192];
    struct stat st;
    TRY(need_url(url, sizeof(url), path, err));
    return smbc_getFunctionStat(it.context)(it.context, url, &st) == 0
               ? RC_OK
               : file_fault(errno, "looking for", path, err);
}

static filetime time_of(const struct timespec *t)
{
    return t->tv_sec > 0 ? filetime_from_unix(t->tv_sec) + t->tv_nsec / 100 : 0;
}

static enum rc take_entries(SMBCFILE *folder, const char *path, struct arena *a,
                            struct walk_entry **ret, size_t *ret_count, struct err *err)
{
    const struct libsmb_file_info *f = NULL;
    size_t room = 64;
    struct stat st;
    struct walk_entry *list = arena_array(a, room, sizeof(*list));
    *ret_count = 0;
    while (list &&
           (f = smbc_getFunctionReaddirPlus2(it.context)(it.context, folder, &st)) != NULL) {
        if (strcmp(f->name, ".") == 0 || strcmp(f->name, "..") == 0) {
            continue;
        }
        if (*ret_count == MOST_LISTED) {
            return err_setf(err, RC_LIMIT, "%.300s: there are too many files in it", path);
        }
        if (*ret_count == room) {
            struct walk_entry *more = arena_array(a, 2 * room, sizeof(*list));
            if (more) {
                memcpy(more, list, room * sizeof(*list));
            }
            list = more;
            room *= 2;
        }
        if (list) {
            list[*ret_count] = (struct walk_entry){ .name = arena_strdup(a, f->name),
                                                    .size = f->size,
                                                    .changed_at = time_of(&f->mtime_ts),
                                                    .is_folder = (f->attrs & FOLDER_FLAG) != 0,
                                                    .is_link = (f->attrs & LINK_FLAG) != 0 };
            list = list[(*ret_count)++].name ? list : NULL;
        }
    }
    *ret = list;
    return list ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc list_folder(struct walk_tree *t, const char *path, struct arena *a,
                           struct walk_entry **ret, size_t *ret_count, struct err *err)
{
    char url[8192];
    (void)t;
    TRY(need_url(url, sizeof(url), path, err));
    SMBCFILE *folder = smbc_getFunctionOpendir(it.context)(it.context, url);
    if (!folder) {
        return file_fault(errno, "listing", path, err);
    }
    enum rc rc = take_entries(folder, path, a, ret, ret_count, err);
    (void)smbc_getFunctionClosedir(it.context)(it.context, folder);
    return rc;
}

static enum rc read_file(struct walk_tree *t, const char *path, uint8_t *buf, size_t room,
                         size_t *ret_size, struct err *err)
{
    char url[8192];
    enum rc rc = RC_OK;
    ssize_t n = 1;
    (void)t;
    *ret_size = 0;
    TRY(need_url(url, sizeof(url), path, err));
    SMBCFILE *f = smbc_getFunctionOpen(it.context)(it.context, url, O_RDONLY, 0);
    if (!f) {
        return file_fault(errno, "opening", path, err);
    }
    while (n > 0 && *ret_size < room) {
        size_t want = room - *ret_size < READ_AT_ONCE ? room - *ret_size : READ_AT_ONCE;
        n = smbc_getFunctionRead(it.context)(it.context, f, buf + *ret_size, want);
        if (n < 0) {
            rc = file_fault(errno, "reading", path, err);
        } else {
            *ret_size += (size_t)n;
        }
    }
    (void)smbc_getFunctionClose(it.context)(it.context, f);
    return rc;
}

enum rc share_file_open(const char *path, uint64_t *ret_size, filetime *ret_changed_at,
                        struct err *err)
{
    char url[8192];
    struct stat st;
    share_file_close();
    TRY(need_url(url, sizeof(url), path, err));
    it.file = smbc_getFunctionOpen(it.context)(it.context, url, O_RDONLY, 0);
    if (!it.file) {
        return file_fault(errno, "opening", path, err);
    }
    if (smbc_getFunctionFstat(it.context)(it.context, it.file, &st) != 0) {
        enum rc rc = file_fault(errno, "asking for the size of", path, err);
        share_file_close();
        return rc;
    }
    (void)snprintf(it.path, sizeof(it.path), "%s", path);
    *ret_size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
    *ret_changed_at = time_of(&st.st_mtim);
    return RC_OK;
}

enum rc share_file_read(uint64_t offset, void *buf, size_t size, size_t *ret_got, struct err *err)
{
    uint8_t *p = buf;
    ssize_t n = 1;
    *ret_got = 0;
    if (offset > INT64_MAX ||
        smbc_getFunctionLseek(it.context)(it.context, it.file, (off_t)offset, SEEK_SET) < 0) {
        return file_fault(errno, "reading", it.path, err);
    }
    while (n > 0 && *ret_got < size) {
        /* The library asks for such a piece with several requests at a time. */
        n = smbc_getFunctionRead(it.context)(it.context, it.file, p + *ret_got, size - *ret_got);
        if (n < 0) {
            return file_fault(errno, "reading", it.path, err);
        }
        *ret_got += (size_t)n;
    }
    return RC_OK;
}

void share_file_close(void)
{
    if (it.file) {
        (void)smbc_getFunctionClose(it.context)(it.context, it.file);
        it.file = NULL;
    }
}

static size_t describe(struct walk_tree *t, const char *path, uint8_t *buf, size_t room)
{
    static char text[512U * 1024];
    char url[8192];
    struct err ignored;
    struct wr w AUTO(wr_done);
    (void)t;
    wr_init(&w, room);
    text[0] = '\0';
    if (need_url(url, sizeof(url), path, &ignored) != RC_OK ||
        smbc_getFunctionGetxattr(it.context)(it.context, url, "system.nt_sec_desc.*", text,
                                             sizeof(text) - 1) < 0 ||
        !descriptor_from_text(text, &w)) {
        return 0;
    }
    memcpy(buf, w.data, w.size);
    return w.size;
}

struct walk_tree *share_tree(const char *base)
{
    (void)snprintf(it.base, sizeof(it.base), "%s", base);
    it.tree = (struct walk_tree){ .list = list_folder, .read = read_file, .describe = describe };
    return &it.tree;
}
