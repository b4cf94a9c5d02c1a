/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real logs: how many events of what against MANIFEST.tsv of ../shared/data, rows against what evtxexport (libevtx) shows of the same
 * files, and the same logs damaged. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/num.h"
#include "audit/decode/event/event_rows.h"
#include "tests/support/t.h"
#include "tests/unit/decode/rows.h"
#include "tests/unit/evtx/file_source.h"

#define AUDITING "Microsoft-Windows-Security-Auditing"
#define SAMPLES  "evtx/omerbenamram__evtx/samples/"
#define MUSEUM   "evtx/AndrewRathbun__DFIRArtifactMuseum/"

struct log {
    struct rows rows;
    uint8_t *data;
    enum rc rc;
};

static enum rc decode(struct rows *rows, const uint8_t *data, size_t size, filetime since)
{
    struct err err;
    struct memory m = { data, size };
    struct evtx_source source = memory_source(&m);
    const struct event_import import = {
        .sink = &rows->sink, .log = 1, .origin = "lab", .path = "x.evtx", .since = since
    };
    return event_rows_evtx(&import, &source, &err);
}

static void log_open(struct log *l, const char *path, filetime since)
{
    size_t size = 0;
    const char *where = t_shared(path);
    memset(l, 0, sizeof(*l));
    l->data = where ? t_read_file(where, &size) : NULL;
    rows_init(&l->rows);
    T_OK(l->data != NULL);
    l->rc = decode(&l->rows, l->data, size, since);
    T_EQ_I(l->rows.refused, 0);
}

static void log_close(struct log *l)
{
    free(l->data);
    rows_done(&l->rows);
}

/* Sum of event_count.events; of one event of Security-Auditing, or (id 0) of all. */
static int64_t counted(const struct rows *r, int64_t id)
{
    int64_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct row *row = &r->rows[i];
        if (row->table == ROW_TABLE_EVENTCOUNT &&
            (id == 0 || (row->v[EVENTCOUNT_ID].number == id &&
                         strcmp(cell(row, EVENTCOUNT_PROVIDER), AUDITING) == 0))) {
            n += row->v[EVENTCOUNT_EVENTS].number;
        }
    }
    return n;
}

static size_t rows_of(const struct rows *r, int64_t id)
{
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct row *row = &r->rows[i];
        n += row->table >= ROW_TABLE_CHANGE && row->table <= ROW_TABLE_LOGEVENT &&
             row->v[CHANGE_ID].number == id && row->v[CHANGE_CARVED].number == 0;
    }
    return n;
}

static const char *after(const char *text, const char *mark)
{
    const char *p = strstr(text, mark);
    return p ? p + strlen(mark) : NULL;
}

/* "4724:1 4738:14 …" of one line of the manifest. */
static size_t same_as_listed(const struct rows *r, const char *p)
{
    size_t checked = 0;
    for (;;) {
        uint64_t id, n;
        size_t a = strspn(p, "0123456789"), b = p[a] == ':' ? strspn(p + a + 1, "0123456789") : 0;
        if (b == 0 || !num_u64(p, a, &id) || !num_u64(p + a + 1, b, &n)) {
            return checked;
        }
        T_EQ_I(counted(r, (int64_t)id), n);
        if (id != 4624 && id != 4672) { /* the rest leaves nothing out */
            T_EQ_I(rows_of(r, (int64_t)id), n);
        }
        checked++;
        p += a + 1 + b + strspn(p + a + 1 + b, " ");
    }
}

/* Logs of which evtxexport shows fewer records than are there (see the manifest and the tests of the reader). */
static bool is_short_in_evtxexport(const char *path)
{
    return strstr(path, "System2") || strstr(path, "issue_201") || strstr(path, "_wec") ||
           strstr(path, "zero-data-size");
}

static void counts_are_those_of_the_manifest(void)
{
    size_t size, files = 0, checked = 0;
    const char *where = t_shared("MANIFEST.tsv");
    uint8_t *text = where ? t_read_file(where, &size) : NULL;
    char *save = NULL;
    T_OK(text != NULL);
    for (char *line = text ? strtok_r((char *)text, "\n", &save) : NULL; line;
         line = strtok_r(NULL, "\n", &save)) {
        const char *events = after(line, "evtxexport events="),
                   *ids = after(line, "credential ids (evtxexport): ");
        char *tab = strchr(line, '\t');
        if (strncmp(line, "evtx/", 5) != 0 || !tab || !events || !ids) {
            continue;
        }
        *tab = '\0';
        if (is_short_in_evtxexport(line)) {
            continue;
        }
        struct log l;
        uint64_t n = 0;
        log_open(&l, line, 0);
        T_EQ_I(l.rc, RC_OK);
        T_OK(num_u64(events, strspn(events, "0123456789"), &n));
        T_EQ_I(counted(&l.rows, 0), n);
        checked += same_as_listed(&l.rows, ids);
        files++;
        log_close(&l);
    }
    free(text);
    T_OK(files >= 10);
    T_OK(checked >= 30);
}

/* Rows that the rules leave: evtxexport's events without the accounts that only Windows uses. */
static void rows_are_those_of_people(void)
{
    static const struct {
        const char *path;

        struct {
            int64_t id;
            size_t rows;
        } of[8];
    } logs[] = {
        { SAMPLES "security.evtx",
          { { 4624, 127 },
            { 4672, 43 },
            { 4634, 11 },
            { 4647, 36 },
            { 4648, 45 },
            { 4616, 26 },
            { 1100, 36 },
            { 4608, 40 } } },
        { SAMPLES "security_bad_string_cache.evtx",
          { { 4624, 127 },
            { 4672, 43 },
            { 4634, 11 },
            { 4647, 36 },
            { 4648, 45 },
            { 4616, 26 },
            { 1100, 36 },
            { 4608, 40 } } },
        { SAMPLES "Security_with_size_t.evtx",
          { { 4624, 31 },
            { 4625, 15 },
            { 4672, 22 },
            { 4776, 21 },
            { 4634, 17 },
            { 4648, 92 },
            { 1101, 4 },
            { 4616, 9 } } },
        { SAMPLES "post-Security.evtx",
          { { 4624, 4 },
            { 4672, 1 },
            { 4781, 14 },
            { 4733, 1 },
            { 4732, 2 },
            { 4728, 1 },
            { 4738, 8 },
            { 4647, 1 } } },
        { MUSEUM "RathbunVM_W10EventLogs/Security.evtx",
          { { 4624, 14 },
            { 4672, 7 },
            { 4725, 3 },
            { 4726, 1 },
            { 4729, 1 },
            { 4733, 3 },
            { 4739, 1 },
            { 4634, 4 } } },
        { MUSEUM "APTSimulatorVM_EventLogs_Server2022/logs/Security.evtx",
          { { 4624, 4 },
            { 4672, 2 },
            { 4739, 5 },
            { 4781, 26 },
            { 4776, 2 },
            { 4648, 11 },
            { 4728, 2 },
            { 4616, 15 } } },
        { SAMPLES "sample-with-zero-data-size-event.evtx", { { 7045, 1 } } },
    };

    for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
        struct log l;
        log_open(&l, logs[i].path, 0);
        for (size_t k = 0; k < ARRAY_LEN(logs[i].of) && logs[i].of[k].id != 0; k++) {
            T_EQ_I(rows_of(&l.rows, logs[i].of[k].id), logs[i].of[k].rows);
        }
        log_close(&l);
    }
}

/* What the file's own copy of the records in free space would double. */
static void copies_in_free_space_give_no_rows(void)
{
    struct log l;
    log_open(&l, SAMPLES "security.evtx", 0);
    T_EQ_S(cell(rows_find(&l.rows, ROW_TABLE_EVENTLOG, -1, NULL), EVENTLOG_CARVED), "28");
    for (size_t i = 0; i < l.rows.count; i++) {
        const struct row *row = &l.rows.rows[i];
        T_OK(row->table < ROW_TABLE_CHANGE || row->table > ROW_TABLE_LOGEVENT ||
             row->v[CHANGE_CARVED].number == 0);
    }
    log_close(&l);
}

static const char *runs(const struct rows *r)
{
    static char text[2048];
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < r->count && n < sizeof(text); i++) {
        const struct row *row = &r->rows[i];
        if (row->table == ROW_TABLE_EVENTRUN) {
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s-%s %s %s", n ? "; " : "",
                                  cell(row, EVENTRUN_FIRST), cell(row, EVENTRUN_LAST),
                                  cell(row, EVENTRUN_START), cell(row, EVENTRUN_MISSING));
        }
    }
    return text;
}

static void runs_of_real_logs(void)
{
    static const struct {
        const char *path, *runs, *channel, *whole;
    } logs[] = {
        { SAMPLES "security.evtx", "1-2261 begin NULL", "Security", "1" },
        { SAMPLES "security_bad_string_cache.evtx", "1-91 begin NULL; 92-2261 damaged 0",
          "Security", "0" },
        { SAMPLES "post-Security.evtx", "1-126 begin NULL", "Security", "1" },
        { MUSEUM "RathbunVM_W10EventLogs/Security.evtx",
          "1-350 begin NULL; 351-5032 back 0; 5033-5229 back 0", "Security", "1" },
        { MUSEUM "APTSimulatorVM_EventLogs_Server2022/logs/Security.evtx",
          "1-151 begin NULL; 152-583 back 0", "Security", "1" },
        { SAMPLES "sample_with_a_bad_chunk_magic.evtx",
          "45691-45932 begin NULL; 46728-46740 damaged 795; 47628-47639 damaged 887",
          "Microsoft-Windows-AppXDeployment/Operational", "0" },
    };

    for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
        struct log l;
        log_open(&l, logs[i].path, 0);
        const struct row *log = rows_find(&l.rows, ROW_TABLE_EVENTLOG, -1, NULL);
        T_EQ_S(runs(&l.rows), logs[i].runs);
        T_EQ_S(cell(log, EVENTLOG_CHANNEL), logs[i].channel);
        T_EQ_S(cell(log, EVENTLOG_WHOLE), logs[i].whole);
        log_close(&l);
    }
}

/* Selected events of a log, saved as a log: numbered anew without a gap, and yet most of it has one. */
static void a_selection_of_a_log_has_gaps(void)
{
    struct log l;
    log_open(&l, SAMPLES "Security_short_selected.evtx", 0);
    T_EQ_S(runs(&l.rows), "1-1 begin NULL; 2-4 jump 58; 5-6 jump 22; 7-7 jump 1");
    log_close(&l);
}

/* As evtxexport -f xml shows these records. */
static void fields_of_real_events(void)
{
    struct log l;
    log_open(&l, SAMPLES "security.evtx", 0);
    const struct row *r = rows_find(&l.rows, ROW_TABLE_CHANGE, CHANGE_KIND, "password_change");
    T_EQ_S(cell(r, CHANGE_RECORD), "753");
    T_EQ_S(cell(r, CHANGE_TARGET_SID), "S-1-5-21-2603537626-3982775912-406486804-1000");
    T_EQ_S(cell(r, CHANGE_SUBJECT_SID), "S-1-5-21-2603537626-3982775912-406486804-1000");
    T_EQ_S(cell(r, CHANGE_SUBJECT_LOGON), "118249");
    T_EQ_S(cell(r, CHANGE_TARGET_NAME), "fsir");
    r = rows_find(&l.rows, ROW_TABLE_CHANGE, CHANGE_KIND, "password_reset");
    T_EQ_S(cell(r, CHANGE_RECORD), "57");
    T_EQ_S(cell(r, CHANGE_SUBJECT_NAME), "WIN-03DLIIOFRRA$");
    r = rows_find(&l.rows, ROW_TABLE_LOGONEVENT, LOGONEVENT_RECORD, "814");
    T_HAS(cell(r, LOGONEVENT_PRIVILEGES), "SeSecurityPrivilege SeTakeOwnershipPrivilege ");
    log_close(&l);

    log_open(&l, SAMPLES "Security_short_selected.evtx", 0);
    r = rows_find(&l.rows, ROW_TABLE_LOGONEVENT, LOGONEVENT_KIND, "logon_failed");
    T_EQ_S(cell(r, LOGONEVENT_RECORD), "4");
    T_EQ_S(cell(r, LOGONEVENT_ADDRESS), "23.94.153.202");
    T_EQ_S(cell(r, LOGONEVENT_PORT), "60167");
    T_EQ_S(cell(r, LOGONEVENT_TYPE), "10");
    T_EQ_S(cell(r, LOGONEVENT_STATUS), "3221225581");
    T_EQ_S(cell(r, LOGONEVENT_SUB_STATUS), "3221225578");
    T_EQ_S(cell(r, LOGONEVENT_ACCOUNT_SID), "NULL");
    T_EQ_S(cell(r, LOGONEVENT_ACCOUNT_NAME), "Administrator");
    log_close(&l);

    log_open(&l, MUSEUM "APTSimulatorVM_EventLogs_Server2022/logs/Security.evtx", 0);
    r = rows_find(&l.rows, ROW_TABLE_LOGEVENT, LOGEVENT_RECORD, "152");
    T_EQ_S(cell(r, LOGEVENT_BEFORE), "133420814805972644");
    T_EQ_S(cell(r, LOGEVENT_AFTER), "133420706805970000");
    r = rows_find(&l.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "55");
    T_EQ_S(cell(r, CHANGE_UAC_OLD), "21");
    T_EQ_S(cell(r, CHANGE_UAC_NEW), "17");
    T_EQ_S(cell(r, CHANGE_ATTRIBUTE), "UserAccountControl");
    T_EQ_S(cell(r, CHANGE_SETS_DATE), "0");
    r = rows_find(&l.rows, ROW_TABLE_CHANGE, CHANGE_RECORD, "90");
    T_EQ_S(cell(r, CHANGE_TARGET_SID), "S-1-5-21-3275454858-3348516582-95323724");
    T_EQ_S(cell(r, CHANGE_DETAIL),
           "MaxPasswordAge=42:00:00:00, PasswordProperties=9, MinPasswordLength=0, "
           "PasswordHistoryLength=0");
    log_close(&l);

    log_open(&l, SAMPLES "sample-with-zero-data-size-event.evtx", 0);
    r = rows_find2(&l.rows, ROW_TABLE_SERVICEEVENT, SERVICEEVENT_CARVED, "0", SERVICEEVENT_RECORD,
                   "359");
    T_EQ_S(cell(r, SERVICEEVENT_NAME), "Command Execution Service");
    T_EQ_S(cell(r, SERVICEEVENT_PATH), "C:\\CmdExecService\\cmdexsvc.exe");
    T_EQ_S(cell(r, SERVICEEVENT_TYPE), "NULL");
    T_EQ_S(cell(r, SERVICEEVENT_SUBJECT_SID), "S-1-5-21-1693621021-2895378014-3192433845-1001");
    log_close(&l);
}

static void older_events_are_left_out(void)
{
    struct log l;
    log_open(&l, MUSEUM "RathbunVM_W10EventLogs/Security.evtx", INT64_C(132891980000000000));
    T_EQ_S(runs(&l.rows), "4908-5032 begin NULL; 5188-5229 back 0");
    for (size_t i = 0; i < l.rows.count; i++) {
        const struct row *row = &l.rows.rows[i];
        T_OK(row->table < ROW_TABLE_CHANGE || row->table > ROW_TABLE_LOGEVENT ||
             row->v[CHANGE_AT].number >= INT64_C(132891980000000000));
    }
    T_EQ_S(cell(rows_find(&l.rows, ROW_TABLE_EVENTLOG, -1, NULL), EVENTLOG_SINCE),
           "132891980000000000");
    log_close(&l);
}

static void what_is_no_log_gives_no_rows(void)
{
    static const uint8_t text[] = "dn: cn=x\n";
    struct rows rows;
    rows_init(&rows);
    T_EQ_I(decode(&rows, text, sizeof(text), 0), RC_MALFORMED);
    T_EQ_I(decode(&rows, text, 0, 0), RC_MALFORMED);
    T_EQ_I(rows.count, 0);
    rows_done(&rows);
}

static bool is_sound(const uint8_t *p, size_t n, void *context)
{
    struct rows rows;
    (void)context;
    rows_init(&rows);
    enum rc rc = decode(&rows, p, n, 0);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    T_EQ_I(rows.refused, 0);
    T_OK(rc == RC_OK || rows.count == 0);
    rows_done(&rows);
    return rc == RC_OK;
}

/* Bits flipped all over a log, and what is left when it was cut. */
static void damaged_logs_give_sound_rows(void)
{
    size_t size = 0, accepted = 0;
    const char *where = t_shared(SAMPLES "new-user-security.evtx");
    uint8_t *data = where ? t_read_file(where, &size) : NULL;
    uint32_t seed = 1;
    T_OK(data != NULL);
    for (int i = 0; data && i < 800; i++) {
        seed = seed * UINT32_C(1103515245) + 12345;
        /* most of it is behind the four records; that part is looked at as well, but seldom */
        size_t at = 4096 + (seed >> 8) % (i % 8 ? 5800 : size - 4096);
        data[at] ^= (uint8_t)(1U << (seed & 7));
        accepted += is_sound(data, i % 16 ? size : at, NULL);
        data[at] ^= (uint8_t)(1U << (seed & 7));
    }
    T_OK(accepted > 500);
    free(data);
}

static enum rc break_after(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    struct memory *m = context;
    struct evtx_source source = memory_source(m);
    if (offset + size > 4096 + 2 * 65536 && offset < 4096 + 3 * 65536) {
        return err_setf(err, RC_IO, "the disk is gone");
    }
    return source.read(m, offset, buf, size, ret_got, err);
}

static void a_bad_sector_costs_its_chunk(void)
{
    struct log l;
    struct err err;
    size_t size = 0;
    const char *where = t_shared(SAMPLES "Security_with_size_t.evtx");
    uint8_t *data = where ? t_read_file(where, &size) : NULL;
    struct memory m = { data, size };
    struct evtx_source source = memory_source(&m);
    source.read = break_after;
    memset(&l, 0, sizeof(l));
    rows_init(&l.rows);
    const struct event_import import = {
        .sink = &l.rows.sink, .log = 1, .origin = "lab", .path = "x.evtx"
    };
    T_OK(data != NULL);
    T_EQ_I(event_rows_evtx(&import, &source, &err), RC_OK);
    const struct row *log = rows_find(&l.rows, ROW_TABLE_EVENTLOG, -1, NULL);
    T_EQ_S(cell(log, EVENTLOG_WHOLE), "0");
    T_EQ_S(cell(log, EVENTLOG_BAD_CHUNKS), "1");
    T_OK(log->v[EVENTLOG_RECORDS].number > 400);
    T_HAS(runs(&l.rows), " damaged ");
    rows_clear(&l.rows);
    l.rows.fail_after = 3;
    T_EQ_I(event_rows_evtx(&import, &source, &err), RC_IO);
    free(data);
    rows_done(&l.rows);
}

#define TESTS(X)                         \
    X(counts_are_those_of_the_manifest)  \
    X(rows_are_those_of_people)          \
    X(copies_in_free_space_give_no_rows) \
    X(runs_of_real_logs)                 \
    X(a_selection_of_a_log_has_gaps)     \
    X(fields_of_real_events)             \
    X(older_events_are_left_out)         \
    X(what_is_no_log_gives_no_rows)      \
    X(damaged_logs_give_sound_rows)      \
    X(a_bad_sector_costs_its_chunk)
T_MAIN("event_golden", TESTS)
