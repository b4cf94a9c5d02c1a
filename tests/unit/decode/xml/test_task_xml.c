/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scheduled tasks as Windows keeps them. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/utf.h"
#include "audit/decode/format/task_xml.h"
#include "tests/support/t.h"

static struct err err;

#define NS "http://schemas.microsoft.com/windows/2004/02/mit/task"
#define TASK(actions)                                                                            \
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.4\" xmlns=\"" NS "\">\r\n" \
    "<RegistrationInfo><Date>2026-01-02T03:04:05.678</Date><Author>HOSP\\tanaka</Author>"        \
    "<Description>夜間</Description><URI>\\病院\\Backup</URI></RegistrationInfo>"            \
    "<Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger><LogonTrigger/>"                \
    "<CalendarTrigger><Enabled>false</Enabled></CalendarTrigger></Triggers>"                     \
    "<Principals><Principal id=\"Other\"><UserId>S-1-5-19</UserId></Principal>"                  \
    "<Principal id=\"Author\"><UserId>S-1-5-18</UserId><LogonType>S4U</LogonType>"               \
    "<RunLevel>HighestAvailable</RunLevel></Principal></Principals>"                             \
    "<Settings><Hidden>true</Hidden><Enabled>false</Enabled></Settings>"                         \
    "<Actions Context=\"Author\">" actions "</Actions></Task>"

#define TWO                                                                                  \
    "<Exec><Command>C:\\b.exe</Command><Arguments>/all &quot;x y&quot;</Arguments></Exec>"   \
    "<ComHandler><ClassId>{A6BA00FE-40E8-477C-B713-C64A14F18ADB}</ClassId></ComHandler>"     \
    "<SendEmail/><Exec><Command>net.exe</Command><Arguments>use Z: \\\\s\\t SeCrEt1 /user:x" \
    "</Arguments></Exec>"

static void wide(const char *text, struct wr *w)
{
    wr_init(w, 1 << 20);
    wr_bytes(w, "\xff\xfe", 2);
    for (size_t i = 0, n = strlen(text); i < n;) {
        uint32_t cp = 0;
        i += utf8_next(text + i, n - i, &cp);
        wr_u8(w, (uint8_t)cp);
        wr_u8(w, (uint8_t)(cp >> 8));
    }
}

static void reads_a_task(void)
{
    struct wr w;
    struct task_xml t;
    struct arena *a = arena_new(0);
    T_EQ_I(xml_prepare(&err), RC_OK);
    wide(TASK(TWO), &w);
    T_EQ_I(task_xml_read(w.data, w.size, a, &t, &err), RC_OK);
    T_EQ_S(t.uri, "\\病院\\Backup");
    T_EQ_S(t.author, "HOSP\\tanaka");
    char day[32];
    T_EQ_S(filetime_iso(t.date, day, sizeof(day)), "2026-01-02T03:04:05Z");
    T_EQ_S(t.user_id, "S-1-5-18");
    T_OK(t.group_id == NULL);
    T_EQ_S(t.logon_type, "S4U");
    T_OK(t.is_highest && !t.is_enabled && t.is_hidden);
    T_EQ_I(t.triggers, TASK_BOOT | TASK_LOGON);
    T_EQ_I(t.action_count, 3);
    T_EQ_S(t.actions[0].command, "C:\\b.exe");
    T_EQ_S(t.actions[0].arguments, "/all \"x y\"");
    T_OK(!t.actions[0].has_password_hint && !t.actions[0].class_id);
    T_EQ_S(t.actions[1].class_id, "a6ba00fe-40e8-477c-b713-c64a14f18adb");
    T_OK(t.actions[2].has_password_hint && !t.actions[2].command && !t.actions[2].arguments);
    T_OK(t.has_password_hint);
    wr_done(&w);
    arena_free(a);
}

static enum rc read_text(const char *text, struct arena *a, struct task_xml *t)
{
    T_EQ_I(xml_prepare(&err), RC_OK);
    return task_xml_read((const uint8_t *)text, strlen(text), a, t, &err);
}

static void takes_defaults(void)
{
    struct task_xml t = { 0 };
    struct arena *a = arena_new(0);
    T_EQ_I(read_text("<Task/>", a, &t), RC_OK);
    T_OK(t.is_enabled && !t.is_hidden && !t.is_highest && !t.has_password_hint);
    T_OK(!t.uri && !t.author && !t.user_id && t.date == 0 && t.triggers == 0);
    T_EQ_I(t.action_count, 0);
    T_EQ_I(
        read_text(
            "<Task><Principals><Principal><GroupId>S-1-5-32-545</GroupId></Principal></Principals><Triggers>"
            "<WnfStateChangeTrigger/></Triggers><RegistrationInfo><Description>Password: Ward3-2024"
            "</Description></RegistrationInfo></Task>",
            a, &t),
        RC_OK);
    T_EQ_S(t.group_id, "S-1-5-32-545");
    T_EQ_I(t.triggers, TASK_OTHER);
    T_OK(t.has_password_hint);
    arena_free(a);
}

static void refuses_others(void)
{
    struct task_xml t = { .uri = "untouched" };
    struct arena *a = arena_new(0);
    T_EQ_I(read_text("<Groups/>", a, &t), RC_MALFORMED);
    T_HAS(err.msg, "does not describe a scheduled task");
    T_EQ_I(read_text("<!DOCTYPE Task><Task/>", a, &t), RC_MALFORMED);
    T_EQ_I(read_text("", a, &t), RC_MALFORMED);
    T_EQ_S(t.uri, "untouched");
    arena_free(a);
}

static bool accept(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = arena_new(1 << 20);
    struct task_xml t = { 0 };
    (void)context;
    enum rc rc = task_xml_read(p, n, a, &t, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    T_OK(strstr(err.msg, "SeCrEt1") == NULL);
    for (size_t i = 0; i < t.action_count; i++) {
        T_OK(!t.actions[i].has_password_hint || (!t.actions[i].command && !t.actions[i].arguments));
    }
    arena_free(a);
    return rc == RC_OK;
}

static void survives_damage(void)
{
    struct wr w;
    size_t accepted = 0, refused = 0;
    T_EQ_I(xml_prepare(&err), RC_OK);
    wide(TASK(TWO), &w);
    T_OK(accept(w.data, w.size, NULL));
    t_mutate(w.data, w.size, 4000, accept, NULL, &accepted, &refused);
    T_OK(accepted > 100 && refused > 1000);
    wr_done(&w);
}

#define TESTS(X)      \
    X(reads_a_task)   \
    X(takes_defaults) \
    X(refuses_others) \
    X(survives_damage)
T_MAIN("task_xml", TESTS)
