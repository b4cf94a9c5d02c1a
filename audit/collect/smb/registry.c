/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry values that the checks name ([MS-RRP]). Opening the pipe can start Remote Registry, which would change the host: the
 * pipe is opened only when that was asked for and service control has just said that the service is running. */
#include <stdio.h>
#include <string.h>

#include "audit/collect/smb/collect.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/registry_value.h"
#include "audit/collect/smb/value.h"

#define SERVICE       "RemoteRegistry"
#define STATE_RUNNING 4

/* Below one key. */
#define MOST_SUBKEYS 256
#define MOST_VALUES  1024

/* Data of one value: what fits mostly, and the most that is fetched; the text is cut to 4 KiB anyway. */
#define ROOM_FIRST 2048U
#define ROOM_MOST  (64U * 1024)

#define SCRATCH_MAX (1024U * 1024)

/* The longest path that options_registry_wish lets through, and more. */
#define PATH_ROOM 1100

struct asking {
    struct collect *c;
    struct arena *a;
    struct winreg_handle root;
    uint32_t access; /* 0: not known yet what the host takes */
    struct smb_registry_wish wish;
    char key[4096]; /* the key that is being looked at, as it goes into rows */
    char path
        [PATH_ROOM]; /* the key that was asked for last: its values are asked one after the other; "" = none */
    bool is_open; /* handle is that key's; else it does not exist */
    struct winreg_handle handle;
    uint64_t *objects;
    enum rc first; /* what went wrong first; the rest was asked all the same */
    struct err why;
};

static const char what[] = "reading the registry";

/* Keeps a failure that does not stop the rest; RC_OK while there is a session. */
static enum rc note(struct asking *q, enum rc rc, const struct err *e, struct err *err)
{
    if (rc != RC_OK && q->first == RC_OK) {
        q->first = rc;
        q->why = *e;
        (void)err_prefix(&q->why, "%.200s", q->key);
    }
    if (session_is_lost(&q->c->s)) {
        *err = *e;
        return rc;
    }
    return RC_OK;
}

static enum rc open_by(struct asking *q, enum winreg_call call, const struct wr *in,
                       struct winreg_handle *ret, struct err *err)
{
    struct rd out;
    uint32_t code = 0;
    TALLOC_CTX *mem = talloc_new(q->c->s.mem);
    enum rc rc = session_raw(&q->c->s, PIPE_WINREG, call, mem, in, what, &out, err);
    if (rc == RC_OK && !winreg_get_handle(&out, ret, &code)) {
        rc = err_setf(err, RC_MALFORMED, "%s: the answer breaks its format", what);
    }
    if (rc == RC_OK) {
        rc = fault_win32(q->c->o, what, code, err);
    }
    talloc_free(mem);
    return rc;
}

static enum rc open_root(struct asking *q, struct err *err)
{
    struct wr in AUTO(wr_done) = { 0 };
    wr_init(&in, 64);
    winreg_put_open_hklm(&in);
    return open_by(q, WINREG_OPEN_HKLM, &in, &q->root, err);
}

static enum rc open_with(struct asking *q, const struct winreg_handle *parent, const char *path,
                         uint32_t access, struct winreg_handle *ret, struct err *err)
{
    struct wr in AUTO(wr_done) = { 0 };
    wr_init(&in, 16384);
    winreg_put_open_key(&in, parent, path, access);
    return open_by(q, WINREG_OPEN_KEY, &in, ret, err);
}

/* RC_ABSENT when there is no such key. Samba takes the wish for the 64-bit view for a right that nobody has: until a key was
 * opened, a denial is looked at twice. */
static enum rc open_key(struct asking *q, const struct winreg_handle *parent, const char *path,
                        struct winreg_handle *ret, struct err *err)
{
    uint32_t access = q->access ? q->access : WINREG_ACCESS_WIDE;
    enum rc rc = open_with(q, parent, path, access, ret, err);
    if (rc == RC_DENIED && q->access == 0) {
        access = WINREG_ACCESS;
        rc = open_with(q, parent, path, access, ret, err);
    }
    if (rc == RC_OK) {
        q->access = access;
    }
    return rc;
}

static void close_key(struct asking *q, const struct winreg_handle *key)
{
    struct wr in AUTO(wr_done) = { 0 };
    struct winreg_handle closed;
    struct err ignored = { 0 };
    wr_init(&in, 64);
    winreg_put_close_key(&in, key);
    if (!session_is_lost(&q->c->s)) {
        enum rc rc = open_by(q, WINREG_CLOSE_KEY, &in, &closed, &ignored);
        (void)rc;
    }
}

static void begin_row(const struct asking *q, struct row *row, const char *value, bool is_missing)
{
    row_begin(row, ROW_TABLE_REGISTRY);
    row_text(row, REGISTRY_HOST, q->c->target);
    row_text(row, REGISTRY_KEY, q->key);
    row_text(row, REGISTRY_VALUE, value);
    row_text(row, REGISTRY_ORIGIN, "rpc");
    row_bool(row, REGISTRY_MISSING, is_missing);
}

static enum rc put_missing(struct asking *q, struct err *err)
{
    struct row row;
    begin_row(q, &row, q->wish.value, true);
    *q->objects += 1;
    return row_put(q->c->sink, &row, err);
}

/* One question for a value; *ret borrows from mem. */
static enum rc query(struct asking *q, TALLOC_CTX *mem, const struct winreg_handle *key,
                     const char *value, uint32_t room, struct winreg_answer *ret, struct err *err)
{
    struct wr in AUTO(wr_done) = { 0 };
    struct rd out;
    wr_init(&in, 16384);
    winreg_put_query_value(&in, key, value, room);
    TRY(session_raw(&q->c->s, PIPE_WINREG, WINREG_QUERY_VALUE, mem, &in, what, &out, err));
    if (!winreg_get_query_value(&out, ret)) {
        return err_setf(err, RC_MALFORMED, "%s: the answer breaks its format", what);
    }
    return ret->code == WIN32_MORE_DATA ? RC_OK : fault_win32(q->c->o, what, ret->code, err);
}

/* Of a value whose name speaks of a password the data is asked for only when it is a number. */
static enum rc fetch(struct asking *q, TALLOC_CTX *mem, const struct winreg_handle *key,
                     const char *value, struct winreg_answer *ret, struct err *err)
{
    if (registry_is_secret(value)) {
        TRY(query(q, mem, key, value, 0, ret, err));
        bool is_number = (ret->type == REGISTRY_DWORD && ret->size == 4) ||
                         (ret->type == REGISTRY_QWORD && ret->size == 8);
        return is_number ? query(q, mem, key, value, ret->size, ret, err) : RC_OK;
    }
    TRY(query(q, mem, key, value, ROOM_FIRST, ret, err));
    if (ret->code == WIN32_MORE_DATA && ret->size > ROOM_FIRST && ret->size <= ROOM_MOST) {
        return query(q, mem, key, value, ret->size, ret, err);
    }
    return RC_OK;
}

/* One named value of an open key. */
static enum rc read_value(struct asking *q, const struct winreg_handle *key, const char *value,
                          struct err *err)
{
    struct winreg_answer answer = { 0 };
    struct err e = { 0 };
    struct row row;
    TALLOC_CTX *mem = talloc_new(q->c->s.mem);
    enum rc rc = fetch(q, mem, key, value, &answer, &e);
    if (rc == RC_OK || rc == RC_ABSENT) {
        begin_row(q, &row, value, rc == RC_ABSENT);
        if (rc == RC_OK) {
            registry_put(&row, value, &answer, q->a);
        }
        *q->objects += 1;
        rc = row_put(q->c->sink, &row, err);
    } else {
        rc = note(q, rc, &e, err);
    }
    talloc_free(mem);
    return rc;
}

/* Name of the index-th value or subkey, owned by the arena; NULL past the end. */
static enum rc name_at(struct asking *q, const struct winreg_handle *key, enum winreg_call call,
                       uint32_t index, const char **ret, struct err *err)
{
    struct wr in AUTO(wr_done) = { 0 };
    struct winreg_answer answer = { 0 };
    struct rd out;
    TALLOC_CTX *mem = talloc_new(q->c->s.mem);
    wr_init(&in, 256);
    bool is_key = call == WINREG_ENUM_KEY;
    if (is_key) {
        winreg_put_enum_key(&in, key, index);
    } else {
        winreg_put_enum_value(&in, key, index);
    }
    enum rc rc = session_raw(&q->c->s, PIPE_WINREG, call, mem, &in, what, &out, err);
    if (rc == RC_OK &&
        !(is_key ? winreg_get_enum_key(&out, &answer) : winreg_get_enum_value(&out, &answer))) {
        rc = err_setf(err, RC_MALFORMED, "%s: the answer breaks its format", what);
    }
    *ret = NULL;
    if (rc == RC_OK && answer.code != WIN32_NO_MORE_ITEMS) {
        rc = answer.code == WIN32_MORE_DATA ? RC_OK : fault_win32(q->c->o, what, answer.code, err);
        *ret = answer.name ? value_utf16(q->a, answer.name, answer.name_size) : "";
        if (rc == RC_OK && !*ret) {
            rc = err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    talloc_free(mem);
    return rc;
}

static enum rc too_many(struct asking *q, const char *of_what, unsigned most, struct err *err)
{
    struct err e = { 0 };
    (void)err_setf(&e, RC_LIMIT, "the key has more than %u %s; the rest was not read", most,
                   of_what);
    return note(q, RC_LIMIT, &e, err);
}

static enum rc read_all_values(struct asking *q, const struct winreg_handle *key, struct err *err)
{
    for (uint32_t i = 0;; i++) {
        const char *name = NULL;
        struct err e = { 0 };
        if (i == MOST_VALUES) {
            return too_many(q, "values", MOST_VALUES, err);
        }
        arena_reset(q->a);
        enum rc rc = name_at(q, key, WINREG_ENUM_VALUE, i, &name, &e);
        if (rc != RC_OK) {
            return note(q, rc, &e, err);
        }
        if (!name) {
            return i == 0 ? put_missing(q, err) : RC_OK;
        }
        TRY(read_value(q, key, name, err));
    }
}

static enum rc read_key(struct asking *q, const struct winreg_handle *key, struct err *err)
{
    if (strcmp(q->wish.value, "*") == 0) {
        return read_all_values(q, key, err);
    }
    arena_reset(q->a);
    return read_value(q, key, q->wish.value, err);
}

/* The wished value of every subkey of an open key. */
static enum rc read_subkeys(struct asking *q, const struct winreg_handle *parent, struct err *err)
{
    size_t stem = q->wish.spelled_size;
    char name[1024];
    for (uint32_t i = 0;; i++) {
        const char *found = NULL;
        struct winreg_handle key;
        struct err e = { 0 };
        if (i == MOST_SUBKEYS) {
            return too_many(q, "subkeys", MOST_SUBKEYS, err);
        }
        arena_reset(q->a);
        enum rc rc = name_at(q, parent, WINREG_ENUM_KEY, i, &found, &e);
        if (rc != RC_OK) {
            return note(q, rc, &e, err);
        }
        if (!found) {
            (void)snprintf(q->key + stem, sizeof(q->key) - stem, "\\*");
            return i == 0 ? put_missing(q, err) : RC_OK;
        }
        (void)snprintf(name, sizeof(name), "%s", found);
        (void)snprintf(q->key + stem, sizeof(q->key) - stem, "\\%s", name);
        rc = open_key(q, parent, name, &key, &e);
        if (rc == RC_OK) {
            rc = read_key(q, &key, err);
            close_key(q, &key);
            TRY(rc);
        } else if (rc != RC_ABSENT) { /* a key that went away meanwhile is no evidence */
            TRY(note(q, rc, &e, err));
        }
        collect_progress(q->c, *q->objects);
    }
}

static void leave_key(struct asking *q)
{
    if (q->is_open) {
        close_key(q, &q->handle);
    }
    q->is_open = false;
    q->path[0] = '\0';
}

/* Makes sure that the wish's key is open. RC_ABSENT when there is no such key. Wishes come sorted: the next one is mostly of the
 * same key, whose round trips are then saved. */
static enum rc need_key(struct asking *q, struct err *err)
{
    char path[PATH_ROOM];
    (void)snprintf(path, sizeof(path), "%.*s", (int)q->wish.path_size, q->wish.path);
    if (strcmp(path, q->path) != 0) {
        leave_key(q);
        enum rc rc = open_key(q, &q->root, path, &q->handle, err);
        q->is_open = rc == RC_OK;
        if (rc == RC_OK || rc == RC_ABSENT) {
            (void)snprintf(q->path, sizeof(q->path), "%s", path);
        }
        return rc;
    }
    return q->is_open ? RC_OK : err_setf(err, RC_ABSENT, "%s: there is no such key", what);
}

static enum rc read_wish(struct asking *q, const char *text, struct err *err)
{
    struct err e = { 0 };
    if (!options_registry_wish(text, &q->wish)) {
        return err_setf(err, RC_USAGE, "registry is \"%s\"", text);
    }
    (void)snprintf(q->key, sizeof(q->key), "%.*s%s", (int)q->wish.spelled_size, q->wish.spelled,
                   q->wish.each_subkey ? "\\*" : "");
    enum rc rc = need_key(q, &e);
    if (rc == RC_ABSENT) {
        return put_missing(q, err);
    }
    if (rc != RC_OK) {
        return note(q, rc, &e, err);
    }
    return q->wish.each_subkey ? read_subkeys(q, &q->handle, err) : read_key(q, &q->handle, err);
}

/* RC_OK when the pipe may be opened; err says why not: not asked for (RC_LIMIT), the service does not run (RC_ABSENT), whether it
 * runs is not told (RC_DENIED). */
static enum rc may_open(struct collect *c, struct err *err)
{
    uint32_t state = 0;
    struct err e = { 0 };
    if (!c->o->remote_registry) {
        return err_setf(err, RC_LIMIT,
                        "not asked for: give --remote-registry to read the registry over the "
                        "network (only where Remote Registry runs already)");
    }
    if (services_state(c, SERVICE, &state, &e) != RC_OK) {
        return err_setf(err, session_is_lost(&c->s) ? RC_LIMIT : RC_DENIED,
                        "whether Remote Registry runs is not known (%.300s): opening its pipe can "
                        "start it, so the registry was left alone",
                        e.msg);
    }
    if (state != STATE_RUNNING) {
        return err_setf(err, RC_ABSENT,
                        "Remote Registry does not run on this host (%s): opening its pipe can "
                        "start it, so the registry was left alone; use the offline kit",
                        state == 0 ? "there is no such service" : "state is not running");
    }
    return RC_OK;
}

enum rc collect_registry(struct collect *c, uint64_t *ret_objects, bool *ret_not_asked,
                         struct err *err)
{
    struct asking *q = talloc_zero(c->s.mem, struct asking);
    const char *text = NULL;
    if (may_open(c, err) != RC_OK) {
        *ret_not_asked = !session_is_lost(&c->s);
        return session_is_lost(&c->s) ? err->rc : RC_OK;
    }
    if (!q || !(q->a = arena_new(SCRATCH_MAX))) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    q->c = c;
    q->objects = ret_objects;
    enum rc rc = open_root(q, err);
    for (size_t i = 0; rc == RC_OK && (text = task_get_nth(c->o->task, "registry", i)); i++) {
        rc = read_wish(q, text, err);
    }
    leave_key(q);
    if (rc == RC_OK) {
        close_key(q, &q->root);
    }
    if (rc == RC_OK && q->first != RC_OK) {
        *err = q->why;
        rc = q->first;
    }
    arena_free(q->a);
    talloc_free(q);
    return rc;
}
