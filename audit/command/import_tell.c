/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines that tell the operator what became of an import. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/command/import.h"

/* Printed for a person: names come from disks that somebody else filled. */
static void print_safe(const char *text, struct arena *a)
{
    struct wr w AUTO(wr_done);
    bool changed = false;
    const char *clean = text ? utf8_repair(a, text, strlen(text), &changed) : NULL;
    wr_init(&w, 1U << 20);
    utf8_display(&w, clean ? clean : "", 0);
    (void)printf("%.*s", (int)w.size, w.data ? (const char *)w.data : "");
}

/* What the operator typed, and the path below it. */
static const char *place_of(const struct import_item *item, struct arena *a)
{
    const char *below =
        item->below[0] ? strchr(item->name, '/') : NULL; /* its name begins with the operand's */
    return arena_printf(a, "%s%s", item->operand, below ? below : "");
}

/* "PATH: collection kit of pc1.example: 143 files, 1203 rows; missing: …" */
void import_tell(const struct import_item *item, const struct import_outcome *o, struct arena *a)
{
    bool is_host =
        item->kind == IMPORT_KIT || item->kind == IMPORT_IMAGE || item->kind == IMPORT_HIVES;
    print_safe(place_of(item, a), a);
    print_safe(arena_printf(a, ": %s", import_kind_text(item->kind)), a);
    if (is_host && o->host) {
        print_safe(arena_printf(a, " of %s", o->host), a);
    }
    (void)printf(": %zu file%s, %" PRIu64 " rows", o->files, o->files == 1 ? "" : "s", o->rows);
    if (o->detail) {
        print_safe(arena_printf(a, "; %s%s", is_host && o->host && !o->is_failed ? "missing: " : "",
                                o->detail),
                   a);
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

/* "PATH: event log of pc1.example (Security): 1203 events, 2026-01-02T… to 2026-03-04T…; 310 of them kept; …" */
void import_tell_log(const struct import_item *item, const char *path,
                     const struct event_log_outcome *o, struct arena *a)
{
    char from[32], to[32];
    print_safe(place_of(item, a), a);
    print_safe(path ? arena_printf(a, "/%s: event log", path) : ": event log", a);
    if (o->host) {
        print_safe(arena_printf(a, " of %s", o->host), a);
    } else if (!o->reason && o->computers > 0) {
        (void)printf(" of %zu computer%s", o->computers, o->computers == 1 ? "" : "s");
    }
    if (o->channel) {
        print_safe(arena_printf(a, " (%s)", o->channel), a);
    }
    (void)printf(": %" PRIu64 " event%s", o->events, o->events == 1 ? "" : "s");
    if (o->events > 0 && o->first_at > 0) {
        (void)printf(", %s to %s", filetime_iso(o->first_at, from, sizeof(from)),
                     filetime_iso(o->last_at, to, sizeof(to)));
    }
    if (o->events > 0 && !o->is_failed) {
        (void)printf("; %" PRIu64 " of them kept", o->kept);
    }
    if (o->detail) {
        print_safe(arena_printf(a, "; %s", o->detail), a);
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

/* "PATH: second factors of entra (json, utf-8): 120 accounts, 230 methods; …" */
void import_tell_mfa(const struct import_item *item, const struct import_mfa_told *t,
                     struct arena *a)
{
    print_safe(place_of(item, a), a);
    print_safe(arena_printf(a, ": %s", import_kind_text(IMPORT_MFA)), a);
    if (t->service) {
        print_safe(arena_printf(a, " of %s (%s%s%s)",
                                strcmp(t->service, "plain") == 0 ? "a table" : t->service, t->form,
                                t->charset ? ", " : "", t->charset ? t->charset : ""),
                   a);
        (void)printf(": %" PRId64 " account%s, %" PRId64 " method%s", t->accounts,
                     t->accounts == 1 ? "" : "s", t->methods, t->methods == 1 ? "" : "s");
        if (t->unreadable > 0) {
            (void)printf("; %" PRId64 " record%s could not be understood and left out",
                         t->unreadable, t->unreadable == 1 ? "" : "s");
        }
        (void)printf("%s", t->is_whole ? "" : "; cut short or broken: what came is kept");
        if (t->words) {
            print_safe(arena_printf(a, "; methods that are not known: %s", t->words), a);
        }
    }
    if (t->detail) {
        print_safe(arena_printf(a, "%s%s", t->service ? "; " : ": ", t->detail), a);
    }
    (void)printf("\n");
    (void)fflush(stdout);
}
