/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What summary.md and summary.txt tell: read from the evidence file once, in the language of the document. All of it is limited. */
#ifndef REPORT_OUTPUT_OVERVIEW_H
#define REPORT_OUTPUT_OVERVIEW_H

#include <sqlite3.h>

#include "report/assets.h"

enum {
    OVERVIEW_GRADES = 16,
    OVERVIEW_MEASURES = 5,
    OVERVIEW_RISKS = 5,
    OVERVIEW_WORST = 8,
    OVERVIEW_REASONS = 8,
    OVERVIEW_SEVERITIES = 5
};

struct overview_grade {
    const char *theme, *title, *grade, *sentence,
        *worst; /* theme "" = the whole estate, first; worst "" = no finding */
    int64_t score, seen, checks, failed, unclear, findings; /* score -1 = none */
};

struct overview_measure {
    const char *title, *how, *effort, *worst;
    int64_t effect, findings;
};

struct overview_risk {
    const char *level, *title, *text;
};

/* A check with findings, the worst first. */
struct overview_check {
    const char *severity, *title, *id;
    int64_t findings;
};

struct overview_reason {
    const char *text;
    int64_t verdicts;
};

struct overview {
    const char *organisation, *at, *zone, *profile,
        *version; /* "" = not told; foreign text as it is */
    struct overview_grade grades[OVERVIEW_GRADES];
    struct overview_measure measures[OVERVIEW_MEASURES];
    struct overview_risk risks[OVERVIEW_RISKS];
    struct overview_check worst[OVERVIEW_WORST];
    struct overview_reason reasons[OVERVIEW_REASONS];
    size_t grade_count, measure_count, risk_count, worst_count, reason_count;
    int64_t measures_rest, worst_rest;     /* that are not listed */
    int64_t findings[OVERVIEW_SEVERITIES]; /* critical, high, medium, low, info */
    int64_t pass, fail, unknown, waived, not_applicable, error;
    int64_t checks, unclear; /* checks; of them with something unknown */
    int64_t is_inside;       /* somebody may be inside at this moment: told before anything else */
    int64_t hosts, answered, sources, open_questions,
        expired_waivers; /* sources: asked and not read whole */
};

extern const char *const overview_severities[OVERVIEW_SEVERITIES];

/* Texts are owned by a. */
MUST_USE enum rc overview_read(struct overview *ret, sqlite3 *db, enum text_lang lang,
                               struct arena *a, struct err *err);

/* The word of the catalogue, "" when it lacks it; with {1} to {3} filled in. The latter is owned by a; NULL past its ceiling. */
const char *overview_word(const struct assets *s, const char *id, enum text_lang lang);
MUST_USE const char *overview_fill(struct arena *a, const char *words, int64_t n1, int64_t n2,
                                   int64_t n3);

#endif
