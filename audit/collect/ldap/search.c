/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/search.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit/collect/ldap/fault.h"
#include "audit/collect/ldap/reader.h"

/* What may wait to be mapped while the next page is on its way. */
#define HELD_MESSAGES 1024
#define HELD_BYTES    (UINT32_C(16) * 1024 * 1024)

/* A server that sends pages without entries for ever is stopped here. */
#define EMPTY_PAGES 100

/* Ranged retrieval of one attribute ends after so many rounds (1500 values each are usual), and after so many times the
 * deadline of one. */
#define RANGE_ROUNDS    1000
#define RANGE_DEADLINES 10

/* Before a search is tried again that the server was too busy for. */
#define RETRY_PAUSE_S 2

/* Values and messages of the largest entry that is taken whole. */
#define SEARCH_ARENA_MAX (UINT32_C(96) * 1024 * 1024)

#define CONTROLS 4

struct held {
    LDAPMessage *message;
    BerElement *ber; /* at the attributes */
    struct berval dn;
};

struct run {
    struct session *s;
    struct search *q;
    struct reader reader;
    struct held held[HELD_MESSAGES];
    size_t count;
    size_t bytes;
    struct berval cookie; /* owned */
    bool more;
    bool busy; /* the server was too busy to answer */
    unsigned empty;
};

/* BER of SDFlagsRequestValue with OWNER, GROUP and DACL ([MS-ADTS] 3.1.1.3.4.1.11), of the string form of extended DNs
 * (3.1.1.3.4.1.5), and of nothing (3.1.1.3.4.1.6). */
static char sd_flags_value[] = { 0x30, 0x03, 0x02, 0x01, 0x07 };
static char extended_dn_value[] = { 0x30, 0x03, 0x02, 0x01, 0x01 };
static char oid_sd_flags[] = "1.2.840.113556.1.4.801";
static char oid_extended_dn[] = "1.2.840.113556.1.4.529";
static char oid_narrow[] = "1.2.840.113556.1.4.1339";

bool search_attributes_allowed(const char *const *attributes)
{
    if (!attributes || !attributes[0]) {
        return false; /* an empty list asks for everything (RFC 4511 4.5.1.8) */
    }
    for (size_t i = 0; attributes[i]; i++) {
        const char *name = attributes[i];
        if (!*name || strpbrk(name, "*+@;") || entry_attribute_is_secret(name)) {
            return false;
        }
    }
    return true;
}

static enum rc failed(const struct run *r, int result, const char *text, struct err *err)
{
    return fault_search(r->s->o, r->q->what, result, text, err);
}

/* Fills list with the controls of this search; page is NULL for a search without pages. */
static void choose_controls(const struct run *r, LDAPControl *page, LDAPControl *own,
                            LDAPControl **list)
{
    size_t n = 0, k = 0;
    if (page) {
        list[n++] = page;
    }
    if (r->q->descriptors && r->s->dir.can_sd_flags) {
        own[k] = (LDAPControl){ oid_sd_flags, { sizeof(sd_flags_value), sd_flags_value }, 1 };
        list[n++] = &own[k++];
    }
    if (!r->q->plain_names && r->s->dir.can_extend_dn) {
        own[k] =
            (LDAPControl){ oid_extended_dn, { sizeof(extended_dn_value), extended_dn_value }, 1 };
        list[n++] = &own[k++];
    }
    if (r->s->dir.can_narrow) {
        own[k] = (LDAPControl){ oid_narrow, { 0, NULL }, 0 };
        list[n++] = &own[k++];
    }
    list[n] = NULL;
}

static int send_request(struct run *r, const char *base, int scope, const char *const *attributes,
                        bool paged, int *ret_msgid)
{
    LDAPControl own[CONTROLS], *list[CONTROLS + 1], *page = NULL;
    char **names = NULL;
    int result = LDAP_SUCCESS;
    if (paged) {
        result =
            ldap_create_page_control(r->s->ld, (ber_int_t)r->s->o->page_size, &r->cookie, 1, &page);
    }
    if (result == LDAP_SUCCESS) {
        choose_controls(r, page, own, list);
        /* libldap's prototype lacks the const that it keeps. */
        memcpy(&names, &attributes, sizeof(names));
        result = ldap_search_ext(r->s->ld, base, scope,
                                 r->q->filter && paged ? r->q->filter : "(objectClass=*)", names, 0,
                                 list, NULL, NULL, LDAP_NO_LIMIT, ret_msgid);
    }
    if (page) {
        ldap_control_free(page);
    }
    return result;
}

static void free_controls(LDAPControl ***controls)
{
    ldap_controls_free(*controls);
}

static void free_text(char **text)
{
    ldap_memfree(*text);
}

/* Reads the end of a page: its result and the cookie of the next one. */
static int end_page(struct run *r, LDAPMessage *message, char **ret_text)
{
    LDAPControl **controls AUTO(free_controls) = NULL;
    int code = 0;
    ber_int_t estimate = 0;
    ber_memfree(r->cookie.bv_val);
    r->cookie = (struct berval){ 0 };
    int result = ldap_parse_result(r->s->ld, message, &code, NULL, ret_text, NULL, &controls, 0);
    if (result == LDAP_SUCCESS) {
        result = code;
    }
    LDAPControl *page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
    if (page && result == LDAP_SUCCESS) {
        result = ldap_parse_pageresponse_control(r->s->ld, page, &estimate, &r->cookie);
    }
    r->more = result == LDAP_SUCCESS && r->cookie.bv_len > 0 && !r->s->o->probe;
    return result;
}

static void drop_held(struct held *h)
{
    ber_free(h->ber, 0);
    ldap_msgfree(h->message);
    *h = (struct held){ 0 };
}

/* ---- ranged values ---- */

struct chunks {
    LDAPMessage **message;
    BerElement **ber;
    size_t count;
    size_t room;
};

static bool keep_chunk(struct arena *a, struct chunks *c, LDAPMessage *message, BerElement *ber)
{
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 16;
        LDAPMessage **m = arena_array(a, room, sizeof(LDAPMessage *));
        BerElement **b = arena_array(a, room, sizeof(BerElement *));
        if (!m || !b) {
            return false;
        }
        if (c->count > 0) {
            memcpy(m, c->message, c->count * sizeof(LDAPMessage *));
            memcpy(b, c->ber, c->count * sizeof(BerElement *));
        }
        c->message = m;
        c->ber = b;
        c->room = room;
    }
    c->message[c->count] = message;
    c->ber[c->count++] = ber;
    return true;
}

static void drop_chunks(struct chunks *c)
{
    for (size_t i = 0; i < c->count; i++) {
        ber_free(c->ber[i], 0);
        ldap_msgfree(c->message[i]);
    }
    c->count = 0;
}

/* Asks for the values of one attribute from *at on; *ret_range is RANGE_NONE when the server gave none. */
static enum rc next_range(struct run *r, size_t index, const struct range *done, struct chunks *c,
                          struct range *ret_range, struct err *err)
{
    char description[320];
    const char *attributes[] = { description, NULL };
    LDAPMessage *all = NULL;
    BerElement *ber = NULL;
    struct berval dn = { 0 };
    int msgid = 0, result = LDAP_SUCCESS;
    *ret_range = (struct range){ .kind = RANGE_NONE };
    int n = snprintf(description, sizeof(description), "%s;range=%u-*",
                     r->reader.attributes[index].name, done->high + 1);
    if (n <= 0 || (size_t)n >= sizeof(description)) {
        return RC_OK;
    }
    result =
        send_request(r, dn_plain(r->reader.entry.dn), LDAP_SCOPE_BASE, attributes, false, &msgid);
    if (result != LDAP_SUCCESS ||
        session_wait(r->s, msgid, LDAP_MSG_ALL, r->s->o->operation_timeout_s, &all, &result) == 0) {
        return failed(r, result, NULL, err);
    }
    LDAPMessage *entry = ldap_first_entry(r->s->ld, all);
    if (!entry || ldap_get_dn_ber(r->s->ld, entry, &ber, &dn) != LDAP_SUCCESS) {
        ber_free(ber, 0);
        ldap_msgfree(all);
        return RC_OK; /* gone in the meantime: the attribute stays incomplete */
    }
    if (!keep_chunk(r->reader.arena, c, all, ber)) {
        ber_free(ber, 0);
        ldap_msgfree(all);
        return err_setf(err, RC_LIMIT, "too many ranges of values");
    }
    return reader_append(&r->reader, index, ber, ret_range, err);
}

/* Completes every ranged attribute of the entry that was just read. */
static enum rc complete_ranges(struct run *r, struct chunks *c, struct err *err)
{
    for (size_t i = 0; i < r->reader.attribute_count; i++) {
        struct range done = r->reader.ranges[i];
        unsigned rounds = 0;
        int64_t deadline =
            session_clock_ms() + (int64_t)r->s->o->operation_timeout_s * 1000 * RANGE_DEADLINES;
        while (done.kind == RANGE_PART && rounds++ < RANGE_ROUNDS &&
               session_clock_ms() < deadline && !r->reader.attributes[i].incomplete) {
            struct range next;
            TRY(next_range(r, i, &done, c, &next, err));
            if (!range_follows(&done, &next)) {
                break;
            }
            done = next;
        }
        if (done.kind == RANGE_PART || done.kind == RANGE_BAD) {
            r->reader.attributes[i].incomplete = true;
        }
        r->q->incomplete += r->reader.attributes[i].incomplete ? 1 : 0;
    }
    return RC_OK;
}

static bool has_ranges(const struct reader *reader)
{
    for (size_t i = 0; i < reader->attribute_count; i++) {
        if (reader->ranges[i].kind == RANGE_PART || reader->ranges[i].kind == RANGE_BAD) {
            return true;
        }
    }
    return false;
}

/* ---- pages ---- */

static enum rc map_entry(struct run *r, const struct held *h, struct err *err)
{
    struct chunks chunks = { 0 };
    enum rc rc = reader_read(&r->reader, h->ber, &h->dn, err);
    struct err range_err = { 0 };
    if (rc == RC_OK && !r->s->o->probe && has_ranges(&r->reader) &&
        complete_ranges(r, &chunks, &range_err) != RC_OK) {
        /* What came of the entry is kept, as incomplete; the search ends with the reason. */
        for (size_t i = 0; i < r->reader.attribute_count; i++) {
            r->reader.attributes[i].incomplete |= r->reader.ranges[i].kind != RANGE_NONE;
        }
    }
    if (rc == RC_OK) {
        rc = r->q->take(r->q->context, &r->reader.entry, err);
        r->q->entries += rc == RC_OK ? 1 : 0;
    } else if (rc == RC_MALFORMED) {
        r->s->lost = true;
        (void)err_prefix(err, "%s", r->q->what);
    }
    drop_chunks(&chunks);
    if (rc == RC_OK && range_err.rc != RC_OK) {
        *err = range_err;
        rc = err->rc;
    }
    return rc;
}

static enum rc map_held(struct run *r, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < r->count; i++) {
        if (rc == RC_OK) {
            rc = map_entry(r, &r->held[i], err);
        }
        drop_held(&r->held[i]);
    }
    r->count = 0;
    r->bytes = 0;
    return rc;
}

/* Puts an entry aside until the next page has been asked for. */
static enum rc hold(struct run *r, LDAPMessage *message, struct err *err)
{
    struct held *h = &r->held[r->count];
    ber_len_t size = 0;
    *h = (struct held){ .message = message };
    if (ldap_get_dn_ber(r->s->ld, message, &h->ber, &h->dn) != LDAP_SUCCESS) {
        drop_held(h);
        r->s->lost = true;
        return err_setf(err, RC_MALFORMED, "the server sent an entry that is not LDAP");
    }
    (void)ber_get_option(h->ber, LBER_OPT_BER_REMAINING_BYTES, &size);
    r->count++;
    r->bytes += size;
    if (r->count == HELD_MESSAGES || r->bytes > HELD_BYTES) {
        return map_held(r, err);
    }
    return RC_OK;
}

/* Receives one page up to its result. *ret_result is the server's or libldap's code. */
static enum rc receive_page(struct run *r, int msgid, int *ret_result, char **ret_text,
                            struct err *err)
{
    uint64_t before = r->q->entries + r->count;
    bool streaming = false;
    for (;;) {
        LDAPMessage *message = NULL;
        int type = streaming ? session_gather(r->s, msgid, &message, ret_result)
                             : session_wait(r->s, msgid, LDAP_MSG_ONE, r->s->o->operation_timeout_s,
                                            &message, ret_result);
        if (type == 0) {
            return RC_OK;
        }
        if (type == LDAP_RES_SEARCH_ENTRY) {
            streaming = true;
            TRY(hold(r, message, err));
            if (r->q->entries + r->count > r->s->o->max_objects) {
                (void)ldap_abandon_ext(r->s->ld, msgid, NULL, NULL);
                r->s->lost = true;
                return err_setf(err, RC_LIMIT,
                                "%s: more than %llu objects: raise max_objects if "
                                "the directory is that big",
                                r->q->what, (unsigned long long)r->s->o->max_objects);
            }
        } else if (type == LDAP_RES_SEARCH_RESULT) {
            *ret_result = end_page(r, message, ret_text);
            ldap_msgfree(message);
            r->empty = r->q->entries + r->count == before ? r->empty + 1 : 0;
            return RC_OK;
        } else {
            ldap_msgfree(message); /* continuation references are not followed */
        }
    }
}

/* All pages of one search. */
static enum rc run_pages(struct run *r, struct err *err)
{
    bool paged = r->s->dir.can_page && !r->q->unpaged && r->q->scope != LDAP_SCOPE_BASE;
    int msgid = 0,
        result = send_request(r, r->q->base, r->q->scope, r->q->attributes, paged, &msgid);
    if (result != LDAP_SUCCESS) {
        r->s->lost = r->s->lost || result == LDAP_SERVER_DOWN;
        return failed(r, result, NULL, err);
    }
    do {
        char *text AUTO(free_text) = NULL;
        r->more = false;
        enum rc rc = receive_page(r, msgid, &result, &text, err);
        int sent = LDAP_SUCCESS;
        if (rc == RC_OK && result == LDAP_SUCCESS && r->more && r->empty < EMPTY_PAGES) {
            sent = send_request(r, r->q->base, r->q->scope, r->q->attributes, true, &msgid);
        }
        struct err late = { 0 };
        if (map_held(r, &late) != RC_OK && rc == RC_OK) {
            *err = late;
            rc = late.rc;
            if (r->more && sent == LDAP_SUCCESS) {
                (void)ldap_abandon_ext(r->s->ld, msgid, NULL, NULL);
            }
        }
        r->busy = result == LDAP_BUSY || result == LDAP_UNAVAILABLE;
        TRY(rc);
        TRY(failed(r, result != LDAP_SUCCESS ? result : sent, text, err));
    } while (r->more && r->empty < EMPTY_PAGES);
    if (r->more) {
        r->s->lost = true;
        return err_setf(err, RC_LIMIT, "%s: the server sends empty pages without end", r->q->what);
    }
    return RC_OK;
}

/* A search that gave nothing because the server was busy is tried again: it is a read, never an authentication. */
static enum rc run_with_retries(struct run *r, struct err *err)
{
    for (uint32_t attempt = 0;; attempt++) {
        r->busy = false;
        r->empty = 0;
        enum rc rc = run_pages(r, err);
        ber_memfree(r->cookie.bv_val);
        r->cookie = (struct berval){ 0 };
        if (rc == RC_OK || !r->busy || r->s->lost || r->q->entries > 0 ||
            attempt >= r->s->o->retries) {
            return rc;
        }
        struct timespec pause = { .tv_sec = RETRY_PAUSE_S };
        (void)nanosleep(&pause, NULL);
        if (r->s->pulse) {
            r->s->pulse->beat(r->s->pulse);
        }
    }
}

enum rc search_run(struct session *s, struct search *q, struct err *err)
{
    q->entries = 0;
    q->incomplete = 0;
    if (!search_attributes_allowed(q->attributes)) {
        return err_setf(err, RC_BUG, "%s: the attribute list holds a secret or a wildcard",
                        q->what);
    }
    struct arena *arena AUTO(arena_freep) = arena_new(SEARCH_ARENA_MAX);
    struct run *r = arena ? arena_alloc(arena, sizeof(*r)) : NULL;
    if (!r) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    r->s = s;
    r->q = q;
    reader_init(&r->reader, arena);
    enum rc rc = run_with_retries(r, err);
    for (size_t i = 0; i < r->count; i++) {
        drop_held(&r->held[i]);
    }
    return rc;
}
