/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers file. What is wrong in it is told with its place before anything is collected; nothing of a file with a mistake is taken. */
#include "rules/answers.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"
#include "rules/check.h"

struct answers {
    struct arena *arena;
    const struct rules *rules;
    struct rules_file file;
    struct mistakes mistakes;
    filetime now;
    struct answer *first;
    const char *last_who;
    size_t count;
};

bool answer_day_has_begun(filetime day, filetime now)
{
    return day <= now + 14 * (FILETIME_DAY / 24);
}

/* Spaces of any width are no name. */
static bool is_blank(const char *s)
{
    size_t n = strlen(s), size = 0;
    uint32_t cp = 0;
    for (; n > 0; s += size, n -= size) {
        size = utf8_next(s, n, &cp);
        if (size == 0 || (cp > 0x20 && cp != 0xa0 && cp != 0x3000)) {
            return false;
        }
    }
    return true;
}

static const char *text_of(struct answers *a, const struct yaml_node *n, const char *key,
                           const char *question, size_t most)
{
    const char *s = field_text(&a->mistakes, &a->file, n, key, question);
    if (s && is_blank(s)) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, key), question,
                     "'%s' must be a text that is not empty", key);
        return NULL;
    }
    if (s && strlen(s) > most) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, key), question,
                     "'%s' is longer than %zu bytes", key, most);
        return NULL;
    }
    return s;
}

static const struct question *find_question(struct answers *a, const struct yaml_node *n,
                                            const char *id)
{
    size_t count = 0;
    for (const struct question *q = a->rules->questions; q; q = q->next) {
        if (strcmp(q->id, id) == 0) {
            return q;
        }
        count++;
    }
    const char **ids = arena_array(a->arena, count + 1, sizeof(*ids));
    count = 0;
    for (const struct question *q = a->rules->questions; ids && q; q = q->next) {
        ids[count++] = q->id;
    }
    mistake_node(&a->mistakes, &a->file, yaml_get(n, "question"), id,
                 count > 0 ? "there is no such question%s"
                           : "there is no such question; these checks ask none%s",
                 ids ? did_you_mean(id, ids) : "");
    return NULL;
}

/* "yes, no" for a message, and the same as a list for suggestions. */
static const char *answer_ids(struct answers *a, const struct question *q, const char **ret_list)
{
    struct wr w AUTO(wr_done);
    size_t count = 0;
    wr_init(&w, 4096);
    for (size_t i = 0; i < q->count; i++) {
        ret_list[count++] = q->answers[i].id;
    }
    if (q->can_not_apply.en) {
        ret_list[count++] = ANSWER_NOT_APPLICABLE;
    }
    for (size_t i = 0; i < count; i++) {
        wr_printf(&w, "%s%s", i ? ", " : "", ret_list[i]);
    }
    const char *text = put_take(a->arena, &w);
    return text ? text : "";
}

/* What people write, as the id that it means. */
static const char *plain_id(const struct question *q, const char *word)
{
    static const struct {
        const char *word, *id;
    } spoken[] = { { "はい", "yes" }, { "いいえ", "no" }, { "該当なし", ANSWER_NOT_APPLICABLE } };

    for (size_t i = 0; i < ARRAY_LEN(spoken); i++) {
        if (strcmp(spoken[i].word, word) == 0) {
            word = spoken[i].id;
        }
    }
    for (size_t i = 0; i < q->count; i++) {
        if (strcasecmp(q->answers[i].id, word) == 0) {
            return q->answers[i].id;
        }
    }
    return word;
}

static void read_answer(struct answers *a, const struct yaml_node *n, struct answer *x)
{
    const char *ids[QUESTION_MAX_ANSWERS + 2] = { NULL };
    const char *word = text_of(a, n, "answer", x->question->id, ANSWER_WHO_BYTES);
    if (!word) {
        return;
    }
    x->id = plain_id(x->question, word);
    const char *all = answer_ids(a, x->question, ids);
    if (strcmp(x->id, ANSWER_NOT_APPLICABLE) == 0 && !x->question->can_not_apply.en) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, "answer"), x->question->id,
                     "this question always applies; its answers are %s", all);
    } else if (strcmp(x->id, ANSWER_NOT_APPLICABLE) == 0 && !x->note) {
        mistake_node(&a->mistakes, &a->file, n, x->question->id,
                     "'" ANSWER_NOT_APPLICABLE "' needs a 'note' that says why");
    } else if (strcmp(x->id, ANSWER_NOT_APPLICABLE) != 0 && !question_answer(x->question, x->id)) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, "answer"), x->question->id,
                     "there is no answer '%s' to this question%s; its answers are %s", word,
                     did_you_mean(word, ids), all);
    }
}

static bool read_day(struct answers *a, const struct yaml_node *n, const char *key,
                     const char *question, filetime *ret)
{
    const char *text = text_of(a, n, key, question, ANSWER_WHO_BYTES);
    if (!text) {
        return false;
    }
    if (strlen(text) != 10 || !filetime_from_iso(text, ret)) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, key), question,
                     "'%s' is a day such as 2026-11-26, not '%s'", key, text);
        return false;
    }
    return true;
}

static void read_days(struct answers *a, const struct yaml_node *n, struct answer *x)
{
    filetime last = 0;
    char iso[32];
    const char *question = x->question->id;
    if (!read_day(a, n, "when", question, &x->day)) {
        return;
    }
    if (!answer_day_has_begun(x->day, a->now)) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, "when"), question,
                     "'when' is in the future (it is %.10s now)",
                     filetime_iso(a->now, iso, sizeof(iso)));
    }
    x->until = x->day + (x->question->valid_days + 1) * FILETIME_DAY;
    if (!yaml_get(n, "until") || !read_day(a, n, "until", question, &last)) {
        return;
    }
    x->until = last + FILETIME_DAY;
    if (last < x->day) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, "until"), question,
                     "'until' is before 'when'");
    } else if (last > x->day + (int64_t)ANSWER_MAX_YEARS * 366 * FILETIME_DAY) {
        mistake_node(&a->mistakes, &a->file, yaml_get(n, "until"), question,
                     "'until' is more than %d years after 'when'", (int)ANSWER_MAX_YEARS);
    }
}

/* Of several answers to a question the latest counts, of one day the later in the file. */
static void keep(struct answers *a, struct answer *x)
{
    for (struct answer **p = &a->first; *p; p = &(*p)->next) {
        if ((*p)->question == x->question) {
            if (x->day >= (*p)->day) {
                x->next = (*p)->next;
                *p = x;
            }
            return;
        }
    }
    x->next = a->first;
    a->first = x;
}

static void read_one(struct answers *a, const struct yaml_node *n)
{
    static const struct key_spec keys[] = {
        { "question", true, NULL, NULL }, { "answer", true, NULL, NULL },
        { "who", true, NULL, NULL },      { "when", true, NULL, NULL },
        { "until", false, NULL, NULL },   { "evidence", false, NULL, NULL },
        { "note", false, NULL, NULL }
    };
    struct answer *x = arena_alloc(a->arena, sizeof(*x));
    if (!x || n->kind != YAML_MAP) {
        mistake_node(&a->mistakes, &a->file, n, NULL,
                     "an answer is a map: { question: …, answer: yes, who: …, when: 2026-11-26 }");
        return;
    }
    const char *id = text_of(a, n, "question", NULL, ANSWER_WHO_BYTES);
    fields_check_keys(&a->mistakes, &a->file, n, id, keys, ARRAY_LEN(keys));
    x->who = text_of(a, n, "who", id, ANSWER_WHO_BYTES);
    x->evidence = text_of(a, n, "evidence", id, ANSWER_TEXT_BYTES);
    x->note = text_of(a, n, "note", id, ANSWER_TEXT_BYTES);
    a->last_who = x->who ? x->who : a->last_who;
    x->question = id ? find_question(a, n, id) : NULL;
    if (x->question) {
        read_answer(a, n, x);
        read_days(a, n, x);
        keep(a, x);
    }
}

static void read_all(struct answers *a)
{
    struct err err;
    struct yaml_node *root = NULL;
    if (yaml_tree_parse(a->file.path, a->file.bytes, a->file.size, a->arena, &root, &err) !=
        RC_OK) {
        mistake_err(&a->mistakes, &err);
        return;
    }
    if (root && yaml_is_null(root) && !root->next) {
        return;
    }
    if (root && (root->kind != YAML_LIST || root->next)) {
        mistake_at(
            &a->mistakes, &a->file, 1, 1, NULL,
            "a file of answers is one list: - { question: …, answer: yes, who: …, when: 2026-11-26 }");
        return;
    }
    for (const struct yaml_node *n = root ? root->first : NULL; n; n = n->next) {
        if (a->count++ == ANSWERS_MOST) {
            mistake_node(&a->mistakes, &a->file, n, NULL,
                         "more than %d answers; remove those that newer ones replace",
                         (int)ANSWERS_MOST);
            return;
        }
        read_one(a, n);
    }
}

static enum rc new_answers(const struct rules *r, filetime now, struct answers **ret,
                           struct err *err)
{
    struct arena *arena = arena_new(256U << 20);
    struct answers *a = arena ? arena_alloc(arena, sizeof(*a)) : NULL;
    if (!a) {
        arena_free(arena);
        return err_setf(err, RC_NOMEM, "out of memory while reading the answers");
    }
    *a = (struct answers){ .arena = arena, .rules = r, .now = now, .mistakes = { .arena = arena } };
    *ret = a;
    return RC_OK;
}

static enum rc finish(struct answers *a, struct answers **ret, FILE *out, struct err *err)
{
    read_all(a);
    for (const struct rules_mistake *m = mistakes_list(&a->mistakes); m; m = m->next) {
        (void)fprintf(out, "%s\n", m->text);
    }
    if (mistakes_list(&a->mistakes)) {
        return err_setf(err, RC_USAGE, "the answers have %zu mistake%s; none of them was taken",
                        a->mistakes.count, a->mistakes.count == 1 ? "" : "s");
    }
    *ret = a;
    return RC_OK;
}

enum rc answers_parse(const struct rules *r, const char *path, const char *bytes, size_t size,
                      filetime now, struct answers **ret, FILE *out, struct err *err)
{
    struct answers *a = NULL;
    *ret = NULL;
    TRY(new_answers(r, now, &a, err));
    a->file = (struct rules_file){ path, bytes, size };
    enum rc rc = finish(a, ret, out, err);
    if (rc != RC_OK) {
        answers_free(a);
    }
    return rc;
}

enum rc answers_load(const struct rules *r, const char *path, filetime now, struct answers **ret,
                     FILE *out, struct err *err)
{
    struct answers *a = NULL;
    *ret = NULL;
    struct stat st;
    if (stat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        (void)err_setf(err, RC_ABSENT, "there is no such file of answers");
        return err_at(err, "%s", path);
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        (void)err_setf(err, RC_USAGE,
                       "is no regular file"); /* a FIFO or a device would never end */
        return err_at(err, "%s", path);
    }
    TRY(new_answers(r, now, &a, err));
    enum rc rc = rules_read_file(a->arena, path, &a->file, err);
    if (rc == RC_OK) {
        rc = finish(a, ret, out, err);
    } else if (rc == RC_IO || rc == RC_LIMIT) {
        err->rc = rc = RC_USAGE; /* it is the operator who can mend it */
    }
    if (rc != RC_OK) {
        answers_free(a);
    }
    return rc;
}

void answers_free(struct answers *a)
{
    if (a) {
        arena_free(a->arena);
    }
}

void answers_freep(struct answers **a)
{
    answers_free(*a);
}

const struct answer *answers_of(const struct answers *a, const struct question *q)
{
    const struct answer *x = a ? a->first : NULL;
    while (x && x->question != q) {
        x = x->next;
    }
    return x;
}

const struct answer *answers_list(const struct answers *a)
{
    return a->first;
}

const char *answers_last_who(const struct answers *a)
{
    return a ? a->last_who : NULL;
}

static enum rc put_coverage(const struct answers *a, struct store *store, filetime now,
                            size_t count, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, "attest.answer");
    row_text(&row, COVERAGE_TARGET, a->file.path);
    row_text(&row, COVERAGE_STATE, "complete");
    row_int(&row, COVERAGE_STARTED, now);
    row_int(&row, COVERAGE_FINISHED, now);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)count);
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

static enum rc replace(const struct answers *a, struct store *store, filetime now, struct err *err)
{
    size_t count = 0;
    for (const struct answer *x = a->first; x; x = x->next) {
        count++;
    }
    TRY(put_coverage(a, store, now, count, err)); /* begins the transaction that all of it is in */
    TRY(store_exec(store_handle(store), "DELETE FROM attestation", err));
    TRY(store_exec(store_handle(store), "DELETE FROM coverage WHERE source = 'attest.answer'",
                   err));
    TRY(put_coverage(a, store, now, count, err));
    for (const struct answer *x = a->first; x; x = x->next) {
        struct row row;
        row_begin(&row, ROW_TABLE_ATTESTATION);
        row_text(&row, ATTESTATION_QUESTION, x->question->id);
        row_text(&row, ATTESTATION_ANSWER, x->id);
        row_text(&row, ATTESTATION_WHO, x->who);
        row_int(&row, ATTESTATION_AT, x->day);
        row_int(&row, ATTESTATION_UNTIL, x->until);
        row_text(&row, ATTESTATION_EVIDENCE, x->evidence);
        row_text(&row, ATTESTATION_NOTE, x->note);
        TRY(row_check(&row, err));
        TRY(store_put(store, &row, err));
    }
    return store_commit(store, err);
}

enum rc answers_take(const struct answers *a, struct store *store, filetime now, struct err *err)
{
    TRY(store_commit(store, err));
    enum rc rc = replace(a, store, now, err);
    if (rc != RC_OK) {
        store_rollback(store);
    }
    return rc;
}
