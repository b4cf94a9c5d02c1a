/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/guard.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/filetime.h"

#define LOCK_BASE   (1L << 20) /* far behind the content: the bytes need not be there */
#define LOCK_TRIES  20
#define LOCK_NS     100000L   /* between two of them */
#define OPEN_NS     20000000L /* the same, where there is time */
#define OPEN_TRIES  250       /* 5 s */
#define PATIENCE_MS 600000    /* for other processes to end their logons */
#define TURN_MS     60        /* more than twice the pause after which loop.c asks again */
#define PATH_SHOWN  130U      /* characters of the path in a message: its end */
#define TO_REPAIR   "correct the password, then delete %s, then run again with --resume"

/* What the process does with a slot. */
struct use {
    bool is_mine;    /* its lock is held */
    bool is_leaving; /* the logon is over and not written down yet */
    enum guard_kind result;
};

struct guard {
    int fd;
    dev_t device;
    ino_t inode;
    char path[4096], shown[PATH_SHOWN + 4], machine[GUARD_MACHINE];
    struct guard_content content; /* as last read or written under the lock */
    struct use uses[GUARD_SLOTS];
    int64_t waiting_ms;         /* since when with nothing changed; 0 = not */
    char waited_at[GUARD_SIZE]; /* the content then */
    int64_t served_ms;          /* the last GO */
    bool is_in_line;            /* LOCK_WAITING is held */
    int64_t patience_ms;
    char stop[480], why[480];
};

enum lock {
    LOCK_CONTENT = GUARD_SLOTS, /* 0 and up: the slots */
    LOCK_WAITING                /* shared by all that have no slot and wait for one */
};

static int64_t now_ms(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void rest(long nanoseconds)
{
    const struct timespec pause = { 0, nanoseconds };
    (void)nanosleep(&pause, NULL);
}

/* 0, EAGAIN when another has it, or why it cannot be. */
static int set_lock(const struct guard *g, unsigned which, short type)
{
    struct flock l = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = LOCK_BASE + (long)which, .l_len = 1
    };
    int n = 0;
    do {
        n = fcntl(g->fd, F_OFD_SETLK, &l);
    } while (n != 0 && errno == EINTR);
    return n == 0 ? 0 : errno == EACCES ? EAGAIN : errno;
}

static void unlock(const struct guard *g, unsigned which)
{
    (void)set_lock(g, which, F_UNLCK);
}

static int lock_content(const struct guard *g, int tries, long pause)
{
    int e = set_lock(g, LOCK_CONTENT, F_WRLCK);
    for (int i = 1; i < tries && e == EAGAIN; i++) {
        rest(pause);
        e = set_lock(g, LOCK_CONTENT, F_WRLCK);
    }
    return e;
}

static void stop(struct guard *g, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The first reason counts. */
static void stop(struct guard *g, const char *fmt, ...)
{
    va_list ap;
    if (!g->stop[0]) {
        va_start(ap, fmt);
        (void)vsnprintf(g->stop, sizeof(g->stop), fmt, ap);
        va_end(ap);
    }
}

/* Under the lock. Damage stops this process: nobody knows what stood there. */
static bool load(struct guard *g)
{
    char buf[GUARD_SIZE + 1];
    struct err err;
    ssize_t n = pread(g->fd, buf, sizeof(buf), 0);
    if (n >= 0 && guard_file_read(buf, (size_t)n, &g->content, &err) == RC_OK) {
        return true;
    }
    stop(
        g,
        "the logon guard %s is damaged (%.80s), so that nobody knows how often the audit password was refused: it is not used any more."
        " See whether the account is locked, delete that file, then run again with --resume",
        g->shown, n < 0 ? strerror(errno) : err.msg);
    return false;
}

/* Under the lock. What counts must outlive a loss of power. */
static bool save(struct guard *g, bool is_lasting)
{
    char buf[GUARD_SIZE];
    guard_file_write(&g->content, buf);
    ssize_t n = pwrite(g->fd, buf, sizeof(buf), 0);
    if (n == (ssize_t)sizeof(buf) && (!is_lasting || fdatasync(g->fd) == 0)) {
        return true;
    }
    stop(
        g,
        "the logon guard %s cannot be written (%.80s): the audit password is not used any more, so that the account is not locked out",
        g->shown, n >= 0 && n < (ssize_t)sizeof(buf) ? "no space" : strerror(errno));
    return false;
}

static bool is_used_up(const struct guard_slot *s)
{
    return s->kind == GUARD_REFUSED || s->kind == GUARD_INTERRUPTED || s->kind == GUARD_LOCKED;
}

static const char *how(const struct guard_slot *s)
{
    return s->kind == GUARD_INTERRUPTED ? "interrupted at" : "refused by";
}

/* Whether what is written ends all logons. */
static void heed(struct guard *g)
{
    const struct guard_slot *s = g->content.slots;
    unsigned used = 0;
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        used += is_used_up(&s[i]);
        if (s[i].kind == GUARD_LOCKED) {
            stop(
                g,
                "the account of the audit credential is locked out, %.64s says, and no shard uses it any more: have it unlocked, " TO_REPAIR,
                s[i].target, g->shown);
        }
    }
    if (used == GUARD_SLOTS) {
        stop(
            g,
            "the audit credential was %s %.64s and %s %.64s (all shards together) and is not used any more, so that it is not locked out: " TO_REPAIR,
            how(&s[0]), s[0].target, how(&s[GUARD_SLOTS - 1]), s[GUARD_SLOTS - 1].target, g->shown);
    }
}

/* Under the lock. Takes the lock of every slot that nobody has: one that is under way all the same was left by a death.
 * *ret_slot: one that is free now and locked by us, or GUARD_SLOTS; no other stays locked. True when content has changed. */
static bool survey(struct guard *g, unsigned *ret_slot)
{
    bool has_changed = false;
    *ret_slot = GUARD_SLOTS;
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        struct guard_slot *s = &g->content.slots[i];
        if (g->uses[i].is_mine || is_used_up(s) || set_lock(g, i, F_WRLCK) != 0) {
            continue;
        }
        if (s->kind == GUARD_UNDER_WAY) {
            s->kind = GUARD_INTERRUPTED;
            has_changed = true;
        } else if (*ret_slot == GUARD_SLOTS) {
            *ret_slot = i;
            continue;
        }
        unlock(g, i);
    }
    return has_changed;
}

static enum guard_answer wait_on(struct guard *g, const char **ret_why)
{
    char content[GUARD_SIZE];
    int64_t now = now_ms();
    /* Where others go in and out nothing hangs, however long our turn takes: only what stands still is counted. */
    guard_file_write(&g->content, content);
    if (!g->waiting_ms || memcmp(g->waited_at, content, sizeof(content)) != 0) {
        g->waiting_ms = now;
        memcpy(g->waited_at, content, sizeof(content));
    }
    /* Who has one slot and wants another is not in need. */
    bool has_one = false;
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        has_one = has_one || g->uses[i].is_mine;
    }
    g->is_in_line = g->is_in_line || (!has_one && set_lock(g, LOCK_WAITING, F_RDLCK) == 0);
    if (now - g->waiting_ms < g->patience_ms) {
        return GUARD_WAIT;
    }
    const struct guard_slot *s = &g->content.slots[0];
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        s = g->content.slots[i].kind == GUARD_UNDER_WAY ? &g->content.slots[i] : s;
    }
    stop(
        g,
        "other shards let this one log on nowhere for %d min (%s: process %u on %.60s, at %.64s): see whether it hangs, then run again with --resume",
        (int)(g->patience_ms / 60000), g->shown, s->process, s->machine, s->target);
    *ret_why = g->stop;
    return GUARD_STOP;
}

/* Whoever was served a moment ago lets those go first that wait: it would find the slot that it has just left before they look
 * again. */
static bool is_others_turn(const struct guard *g)
{
    struct flock l = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BASE + LOCK_WAITING, .l_len = 1
    };
    return g->served_ms && now_ms() - g->served_ms < TURN_MS &&
           fcntl(g->fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

/* The operator deletes the file to begin anew: what runs still, runs with the old password. */
static bool is_gone(struct guard *g)
{
    struct stat st;
    if (lstat(g->path, &st) == 0 && st.st_dev == g->device && st.st_ino == g->inode) {
        return false;
    }
    stop(
        g,
        "the logon guard %s was deleted or replaced while this audit ran: the audit credential is not used any more; run again with --resume",
        g->shown);
    return true;
}

/* Under the lock: whether the target may be asked, by what the slots tell. */
static enum guard_answer look_for(struct guard *g, const char *target, const char **ret_why)
{
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        const struct guard_slot *s = &g->content.slots[i];
        if (s->kind == GUARD_FREE || strcasecmp(s->target, target) != 0) {
            continue;
        }
        if (s->kind == GUARD_UNDER_WAY) {
            return GUARD_WAIT; /* two refusals by one host would tell no more than one */
        }
        (void)snprintf(
            g->why, sizeof(g->why),
            "the audit credential was %s %.64s before, in this or another shard, and is not tried there again: " TO_REPAIR,
            how(s), s->target, g->shown);
        *ret_why = g->why;
        return GUARD_NOT;
    }
    return GUARD_GO;
}

static void begin(struct guard *g, unsigned slot, const char *target)
{
    struct guard_slot *s = &g->content.slots[slot];
    s->kind = GUARD_UNDER_WAY;
    (void)filetime_iso(filetime_now(), s->at, sizeof(s->at));
    (void)snprintf(s->machine, sizeof(s->machine), "%s", g->machine);
    s->process = (uint32_t)getpid();
    (void)snprintf(s->target, sizeof(s->target), "%s", target);
    g->uses[slot] = (struct use){ .is_mine = true };
    g->served_ms = now_ms();
    guard_idle(g);
}

/* Under the lock. */
static enum guard_answer decide(struct guard *g, const char *text, unsigned *ret_slot,
                                const char **ret_why)
{
    char target[GUARD_TARGET];
    unsigned slot = GUARD_SLOTS;
    guard_file_word(target, sizeof(target), text);
    if (!load(g)) {
        return GUARD_STOP;
    }
    if (survey(g, &slot) && !save(g, true)) {
        slot = GUARD_SLOTS;
    }
    heed(g);
    enum guard_answer answer = g->stop[0] ? GUARD_STOP : look_for(g, target, ret_why);
    if (answer == GUARD_GO && slot < GUARD_SLOTS) {
        begin(g, slot, target);
        *ret_slot = slot;
        if (save(g, false)) {
            return GUARD_GO;
        }
        g->uses[slot] = (struct use){ 0 };
    }
    if (slot < GUARD_SLOTS) {
        unlock(g, slot);
    }
    return g->stop[0] ? GUARD_STOP : answer == GUARD_GO ? GUARD_WAIT : answer;
}

enum guard_answer guard_enter(struct guard *g, const char *target, unsigned *ret_slot,
                              const char **ret_why)
{
    enum guard_answer answer = GUARD_STOP;
    *ret_why = g->stop;
    guard_settle(g);
    if (g->stop[0] || is_gone(g)) {
        return GUARD_STOP;
    }
    int e = is_others_turn(g) ? EAGAIN : lock_content(g, LOCK_TRIES, LOCK_NS);
    if (e == EAGAIN) {
        return wait_on(g, ret_why);
    }
    if (e != 0) {
        stop(
            g,
            "the logon guard %s cannot be locked (%.80s): the audit credential is not used any more",
            g->shown, strerror(e));
        return GUARD_STOP;
    }
    answer = decide(g, target, ret_slot, ret_why);
    unlock(g, LOCK_CONTENT);
    return answer == GUARD_WAIT ? wait_on(g, ret_why) : answer;
}

void guard_idle(struct guard *g)
{
    g->waiting_ms = 0;
    if (g->is_in_line) {
        unlock(g, LOCK_WAITING);
        g->is_in_line = false;
    }
}

static void end_use(struct guard *g, unsigned slot, enum guard_kind result)
{
    if (slot < GUARD_SLOTS && g->uses[slot].is_mine && !g->uses[slot].is_leaving) {
        g->uses[slot].is_leaving = true;
        g->uses[slot].result = result;
        guard_settle(g);
    }
}

void guard_leave(struct guard *g, unsigned slot, enum worker_gate_result result)
{
    end_use(g, slot,
            result == WORKER_GATE_REFUSED  ? GUARD_REFUSED
            : result == WORKER_GATE_LOCKED ? GUARD_LOCKED
                                           : GUARD_FREE);
}

void guard_interrupt(struct guard *g, unsigned slot)
{
    end_use(g, slot, GUARD_INTERRUPTED);
}

static bool is_any_leaving(const struct guard *g)
{
    bool any = false;
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        any = any || g->uses[i].is_leaving;
    }
    return any;
}

/* Where the file system's locks do not hold between machines, another has taken the slot of a logon that was under way for dead: that
 * stays, so that all stop soon. */
static bool is_ours(const struct guard *g, const struct guard_slot *s)
{
    return s->kind == GUARD_UNDER_WAY && s->process == (uint32_t)getpid() &&
           strcmp(s->machine, g->machine) == 0;
}

void guard_settle(struct guard *g)
{
    bool counts = false;
    if (!is_any_leaving(g) || lock_content(g, LOCK_TRIES, LOCK_NS) != 0) {
        return;
    }
    bool is_read = load(g);
    for (unsigned i = 0; i < GUARD_SLOTS && is_read; i++) {
        struct guard_slot *s = &g->content.slots[i];
        if (g->uses[i].is_leaving) {
            bool is_bad = g->uses[i].result != GUARD_FREE;
            counts = counts || is_bad;
            s->kind = is_bad || is_ours(g, s) ? g->uses[i].result : s->kind;
        }
    }
    /* When it fails, "under-way" stays and counts. */
    if (is_read && save(g, counts)) {
        heed(g);
    }
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        if (g->uses[i].is_leaving) {
            unlock(g, i);
            g->uses[i] = (struct use){ 0 };
        }
    }
    unlock(g, LOCK_CONTENT);
}

/* ---- opening ---- */

static enum rc fail_place(const char *path, int e, struct err *err)
{
    (void)err_setf(
        err, RC_USAGE,
        "cannot keep the logon guard there (%s): name a file with --logon-guard that all shards of this audit can write",
        e == ELOOP ? "it is a link" : strerror(e));
    return err_at(err, "%s", path);
}

/* *ret_is_new: this process made it, and has to fill it. */
static enum rc open_file(struct guard *g, bool *ret_is_new, struct err *err)
{
    struct stat st;
    const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    g->fd = open(g->path, flags | O_CREAT | O_EXCL, 0600);
    *ret_is_new = g->fd >= 0;
    if (g->fd < 0 && errno == EEXIST) {
        g->fd = open(g->path, flags);
    }
    if (g->fd < 0 || fstat(g->fd, &st) != 0) {
        return fail_place(g->path, errno, err);
    }
    g->device = st.st_dev;
    g->inode = st.st_ino;
    if (!S_ISREG(st.st_mode)) {
        (void)err_setf(err, RC_USAGE, "the logon guard is no plain file: name another one");
        return err_at(err, "%s", g->path);
    }
    if ((st.st_mode & S_IWOTH) != 0) {
        (void)err_setf(err, RC_USAGE,
                       "everybody may write to the logon guard: see who did, then chmod 600");
        return err_at(err, "%s", g->path);
    }
    return RC_OK;
}

static enum rc fail_lock(const struct guard *g, int e, struct err *err)
{
    if (e == EAGAIN) {
        (void)err_setf(
            err, RC_IO,
            "another process has kept the logon guard locked for 5 s: see which (lsof, lslocks)");
    } else {
        (void)err_setf(
            err, RC_USAGE,
            "this file system gives no locks (%s): put the logon guard elsewhere with --logon-guard",
            strerror(e));
    }
    return err_at(err, "%s", g->path);
}

/* Another process may have made it a moment ago, and be about to fill it. */
static enum rc read_first(struct guard *g, bool is_new, struct err *err)
{
    struct stat st = { 0 };
    bool is_read = false;
    for (int i = 0; i < OPEN_TRIES; i++) {
        int e = lock_content(g, OPEN_TRIES, OPEN_NS);
        if (e != 0) {
            return fail_lock(g, e, err);
        }
        if (is_new) {
            is_read = save(g, true);
            break;
        }
        if (fstat(g->fd, &st) != 0 || st.st_size > 0) {
            is_read = load(g);
            break;
        }
        unlock(g, LOCK_CONTENT);
        rest(OPEN_NS);
        is_read = i + 1 == OPEN_TRIES && load(g); /* empty: says that it is damaged */
    }
    /* Nothing was ever written to it. Left there it would be damage at every later start. */
    if (is_new && !is_read && !is_gone(g)) {
        (void)unlink(g->path);
    }
    if (!is_read) {
        (void)err_setf(err, is_new ? RC_IO : RC_USAGE, "%s", g->stop);
    }
    unlock(g, LOCK_CONTENT);
    return is_read ? RC_OK : err->rc;
}

enum rc guard_open(const char *path, struct guard **ret, struct err *err)
{
    struct guard *g AUTO(guard_closep) = calloc(1, sizeof(*g));
    char name[GUARD_MACHINE] = "";
    bool is_new = false;
    if (!g) {
        return err_setf(err, RC_NOMEM, "no memory for the logon guard");
    }
    g->fd = -1;
    g->patience_ms = PATIENCE_MS;
    size_t size = strlen(path);
    if (size >= sizeof(g->path)) {
        return fail_place("--logon-guard", ENAMETOOLONG, err);
    }
    memcpy(g->path, path, size + 1);
    (void)snprintf(g->shown, sizeof(g->shown), "%s%.130s", size > PATH_SHOWN ? "..." : "",
                   size > PATH_SHOWN ? path + size - PATH_SHOWN : path);
    (void)gethostname(name, sizeof(name) - 1);
    guard_file_word(g->machine, sizeof(g->machine), name);
    TRY(open_file(g, &is_new, err));
    TRY(read_first(g, is_new, err));
    heed(g);
    *ret = g;
    g = NULL;
    return RC_OK;
}

void guard_close(struct guard *g)
{
    if (!g) {
        return;
    }
    for (int i = 0; i < OPEN_TRIES && g->fd >= 0 && is_any_leaving(g); i++) {
        guard_settle(g);
        if (is_any_leaving(g)) {
            rest(OPEN_NS);
        }
    }
    auto_fd_close(&g->fd);
    free(g);
}

void guard_closep(struct guard **g)
{
    guard_close(*g);
}

void guard_patience(struct guard *g, int64_t ms)
{
    g->patience_ms = ms;
}

const char *guard_message(const struct guard *g)
{
    return g->stop[0] ? g->stop : NULL;
}

const char *guard_notice(struct guard *g)
{
    for (unsigned i = 0; i < GUARD_SLOTS && !g->stop[0]; i++) {
        const struct guard_slot *s = &g->content.slots[i];
        if (is_used_up(s)) {
            (void)snprintf(
                g->why, sizeof(g->why),
                "the audit credential was %s %.64s on %s: that counts until the logon guard %s is deleted, which is right only after its password was corrected",
                how(s), s->target, s->at, g->shown);
            return g->why;
        }
    }
    return guard_message(g);
}
