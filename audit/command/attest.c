/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori attest: asks people what no protocol tells, and keeps their answers in a file that evaluate and audit read. */
#include "audit/command/attest.h"

#include <sys/ioctl.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <string.h>
#include <termios.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/base/utf.h"
#include "audit/command/command.h"
#include "audit/yaml/yaml_tree.h"

struct attest_options {
    const char *answers, *lang, *who, *question, *checks, *profile, *days;
    bool all, list;
};

/* A day is the calendar's of where the person sits. */
static filetime local_day(filetime now)
{
    struct tm parts;
    char text[16] = "";
    filetime day = 0;
    time_t seconds = (time_t)filetime_to_unix(now);
    if (!localtime_r(&seconds, &parts) || strftime(text, sizeof(text), "%Y-%m-%d", &parts) != 10 ||
        !filetime_from_iso(text, &day)) {
        return now - now % FILETIME_DAY;
    }
    return day;
}

/* The width to break lines at. Without IUTF8 (termios(3)) a backspace would delete a third of a Japanese character. */
static unsigned look_at_terminal(void)
{
    struct winsize size = { 0 };
    struct termios how;
    if (isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &how) == 0 && !(how.c_iflag & IUTF8)) {
        how.c_iflag |= IUTF8;
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &how);
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) {
        return 80;
    }
    return size.ws_col < 100 ? size.ws_col : 100;
}

/* A terminal or something piped; not /dev/null or nothing at all. */
static bool can_ask(void)
{
    struct stat st;
    return isatty(STDIN_FILENO) || (fstat(STDIN_FILENO, &st) == 0 && !S_ISCHR(st.st_mode) &&
                                    (fcntl(STDIN_FILENO, F_GETFL) & O_ACCMODE) != O_WRONLY);
}

static bool is_meant(const struct attest_options *o, const struct question *q)
{
    return q->is_selected && (!o->question || rules_glob(o->question, q->id));
}

/* First the groups that are known, then others by name; within a group as in the files. */
static int by_group(const struct question *a, const struct question *b)
{
    size_t x = attest_rank(a), y = attest_rank(b);
    return x != y ? (x < y ? -1 : 1) : strcmp(a->group, b->group);
}

/* The questions that are meant, group by group. */
static const struct question **gather(const struct attest *t, const struct attest_options *o,
                                      struct arena *a)
{
    size_t all = 0, count = 0;
    for (const struct question *q = rules_questions(t->rules); q; q = q->next) {
        all++;
    }
    const struct question **list = arena_array(a, all + 1, sizeof(*list));
    for (const struct question *q = rules_questions(t->rules); list && q; q = q->next) {
        size_t at = is_meant(o, q) ? count++ : all;
        for (; at < all && at > 0 && by_group(q, list[at - 1]) < 0; at--) {
            list[at] = list[at - 1];
        }
        list[at] = at < all ? q : NULL;
    }
    return list;
}

/* Of these the ones that are asked; whoever names one question wants to answer it. */
static const struct question **to_ask(const struct attest *t, const struct attest_options *o,
                                      const struct question *const *list, struct arena *a)
{
    size_t all = 0, count = 0;
    while (list[all]) {
        all++;
    }
    bool is_named = o->question && !strchr(o->question, '*');
    const struct question **ret = arena_array(a, all + 1, sizeof(*ret));
    for (size_t i = 0; ret && i < all; i++) {
        if (o->all || is_named || attest_state(t, list[i]) != ATTEST_ANSWERED) {
            ret[count++] = list[i];
        }
    }
    return ret;
}

static enum rc no_question(const struct attest *t, const struct attest_options *o, struct arena *a,
                           struct err *err)
{
    size_t count = 0;
    const struct question *first = rules_questions(t->rules);
    for (const struct question *q = first; q; q = q->next) {
        count++;
    }
    const char **ids = arena_array(a, count + 1, sizeof(*ids));
    count = 0;
    for (const struct question *q = first; ids && q; q = q->next) {
        ids[count++] = q->id;
    }
    const char *near = ids && o->question ? yaml_suggest(o->question, ids) : NULL;
    return o->question && first
               ? err_setf(err, RC_USAGE, "no question is called like '%s'%s%s%s", o->question,
                          near ? " (did you mean " : "", near ? near : "", near ? "?)" : "")
               : err_setf(err, RC_USAGE, "these checks%s ask no question",
                          o->profile ? " (of this profile)" : "");
}

static enum rc ask(struct attest *t, const struct question *const *list,
                   const struct question *const *asked, struct err *err)
{
    size_t saved = 0;
    if (!can_ask()) {
        return err_setf(
            err, RC_USAGE,
            "there is no terminal to ask in: run kagimori attest in a terminal, or write the file by hand (kagimori attest --list shows what is open)");
    }
    TRY(attest_append(t, NULL, err));
    attest_totals(t, list);
    if (asked[0]) {
        attest_print(
            t, 0,
            attest_text(
                t,
                (struct text2){
                    "Type the number of an answer (or y/n). Enter or s: skip, ?: why it is asked, b: back, q: end. "
                    "Each answer is saved at once.",
                    "番号（または y/n）で回答します。Enter または s：とばす、?：質問の理由、b：前の質問、q：終了。"
                    "回答は 1 問ごとに保存されます。" }));
    }
    if (!asked[0]) {
        attest_print(
            t, 0,
            attest_text(
                t,
                (struct text2){
                    "Nothing is open. --all asks everything again.",
                    "未回答の質問はありません。すべて回答し直すには --all を付けてください。" }));
        return RC_OK;
    }
    TRY(attest_ask(t, asked, &saved, err));
    (void)fputc('\n', t->out);
    attest_totals(t, list);
    if (saved > 0) {
        (void)fprintf(t->out, "%skagimori evaluate DIR/evidence.db --answers %s\n",
                      attest_text(t, (struct text2){ "Take them: ", "反映するには：" }), t->path);
    }
    return RC_OK;
}

static enum rc attest_run(const struct attest_options *o, int days, int *ret_code, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules *rules AUTO(rules_freep) = NULL;
    const struct rules_options which = { .directory = o->checks, .profile = o->profile };
    struct answers *answers = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(command_load_rules(&which, &rules, err));
    struct attest t = { .rules = rules,
                        .path = o->answers,
                        .lang = o->lang,
                        .who = o->who,
                        .now = filetime_now(),
                        .days = days,
                        .width = look_at_terminal(),
                        .in = stdin,
                        .out = stdout };
    t.today = local_day(t.now);
    enum rc rc = answers_load(rules, o->answers, t.now, &answers, stderr, err);
    t.answers = answers;
    const struct question **list = gather(&t, o, a);
    const struct question **asked = list ? to_ask(&t, o, list, a) : NULL;
    if (rc == RC_OK || rc == RC_ABSENT) {
        rc = !asked     ? err_setf(err, RC_NOMEM, "out of memory")
             : !list[0] ? no_question(&t, o, a, err)
             : !o->list ? ask(&t, list, asked, err)
                        : RC_OK;
    }
    if (rc == RC_OK && o->list) {
        attest_list(&t, list);
        attest_totals(&t, list);
    }
    *ret_code = EXIT_CLEAN;
    for (size_t i = 0; rc == RC_OK && list[i]; i++) {
        enum attest_state state = attest_state(&t, list[i]);
        *ret_code = state < ATTEST_EXPIRES ? EXIT_FINDINGS : *ret_code;
    }
    answers_free(t.answers);
    return rc;
}

int command_attest(int argc, char **argv)
{
    struct attest_options o = { 0 };
    int64_t days = 30;
    const struct option_row rows[] = {
        { "answers", "FILE", "the file of answers; made when missing, answers are appended",
          &o.answers, NULL, true },
        { "lang", "ja|en", "language of the questions (default: that of the environment)", &o.lang,
          NULL, false },
        { "who", "NAME", "who answers (default: who answered last)", &o.who, NULL, false },
        { "all", NULL, "ask what is answered and in force, too", NULL, &o.all, false },
        { "question", "GLOB", "only these questions, such as 'attest.logs.*'", &o.question, NULL,
          false },
        { "list", NULL, "ask nothing: show what is answered, expires, is expired, is open", NULL,
          &o.list, false },
        { "days", "N", "an answer that ends within N days is asked again (default: 30)", &o.days,
          NULL, false },
        { "checks", "DIR", "folder of checks (default: those that came with Kagimori)", &o.checks,
          NULL, false },
        { "profile", "NAME", "only this profile's questions", &o.profile, NULL, false },
    };
    const struct option_table table = {
        "kagimori attest --answers FILE [--lang ja|en] [--who NAME] [--list] [--question GLOB] [--all]",
        "Asks what no protocol can tell, and keeps the answers. Exit code 0: every question has an answer in force, 1: not so.",
        rows,
        ARRAY_LEN(rows),
        0,
        0
    };
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, NULL, &operands);
    if (code >= 0) {
        return code;
    }
    if (!command_language(&o.lang)) {
        return EXIT_USAGE;
    }
    if (o.days && (!num_i64(o.days, strlen(o.days), &days) || days < 0 || days > 3650)) {
        log_line(LOG_ERROR, "--days is a number from 0 to 3650, not \"%s\"", o.days);
        return EXIT_USAGE;
    }
    if (o.who && (!utf8_valid(o.who, strlen(o.who)) || !utf8_is_visible(o.who, strlen(o.who)) ||
                  strpbrk(o.who, "\t\n") || strlen(o.who) > ANSWER_WHO_BYTES ||
                  o.who[strspn(o.who, " ")] == '\0')) {
        log_line(LOG_ERROR, "--who is the name of a person, at most %d bytes of UTF-8 text",
                 (int)ANSWER_WHO_BYTES);
        return EXIT_USAGE;
    }
    struct err err = { .rc = RC_OK };
    return attest_run(&o, (int)days, &code, &err) == RC_OK ? code : command_fail(&err);
}
