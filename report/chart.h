/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chart of report.html as elements of the model: <chart name width height> with title, desc, note, legend/key, the shapes (rect path circle label) and table/row/cell.
 * Everything is computed here, in whole units of the view box; chart.xsl only writes it down. What a shade tells, a texture or a number tells too: a page may be printed in grey. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/model.h"

#define CHART_WIDTH 960 /* units: about a pixel each on a wide screen, 0.19 mm on A4 */
#define CHART_FONT  14

/* What a part of a bar stands for. Each has a shade and a texture of its own. */
enum chart_tone {
    CHART_GOOD,    /* dark, plain */
    CHART_FAIR,    /* middle, rising lines */
    CHART_WEAK,    /* light, falling lines */
    CHART_BAD,     /* red, crossed */
    CHART_UNKNOWN, /* empty, dashed frame */
    CHART_PLAIN,   /* of one kind only: plain */
    CHART_TONES
};

struct chart {
    struct model *m;
    struct arena *a; /* words of this chart */
    xmlNode *node, *legend, *shapes, *table;
    int height;
};

/* Opens a chart below charts, named name; its title is the message chart.NAME. Free with chart_done, which does not close the chart. */
MUST_USE enum rc chart_open(struct chart *c, struct model *m, xmlNode *charts, const char *name,
                            struct err *err);
/* The height is known: nothing may lie below it. */
void chart_close(struct chart *c, int height);
void chart_done(struct chart *c); /* for AUTO() */

/* Words. The result is the arena's of the chart; "" when memory was short (m->bad). */
const char *chart_word(struct chart *c, const char *id);
/* The message id, or id.one where a is "1", with {1} {2} {3} filled in. NULL is "". */
const char *chart_say(struct chart *c, const char *id, const char *a, const char *b, const char *d);
const char *chart_number(struct chart *c, int64_t n); /* 1,234 */
const char *chart_join(struct chart *c, const char *a, const char *b);

/* How wide a text is at CHART_FONT, estimated upwards: wide characters (East Asian) count as a whole one. */
int chart_text_width(const char *text);
/* The text made safe and cut to max units, with an ellipsis. *ret_cut tells whether it was. */
const char *chart_fit(struct chart *c, const char *text, int max, bool *ret_cut);

/* One more sentence for those who do not see the drawing. */
void chart_desc(struct chart *c, const char *sentence);
/* A remark beneath the drawing, for everybody. */
void chart_note(struct chart *c, const char *sentence);
void chart_key(struct chart *c, enum chart_tone tone, const char *text);
/* A key with a sample of a line or mark: class of a path drawn in a field of 24 by 12. */
void chart_key_path(struct chart *c, const char *class, const char *d, const char *text);

/* Shapes; class is a class of chart.css. title (or NULL) is what a pointer shows. */
xmlNode *chart_rect(struct chart *c, const char *class, int x, int y, int w, int h,
                    const char *title);
void chart_segment(struct chart *c, enum chart_tone tone, int x, int y, int w, int h,
                   const char *title);
xmlNode *chart_circle(struct chart *c, const char *class, int x, int y, int r, const char *title);
xmlNode *chart_path(struct chart *c, const char *class, const char *d, const char *title);
/* A text whose baseline is y; anchor start, middle or end. Cut to max units, whole as its title. The class may hold "small" (13 of 14). */
void chart_label(struct chart *c, const char *class, const char *anchor, int x, int y, int max,
                 const char *text);

/* The same in a table: the first row is the head. */
xmlNode *chart_row(struct chart *c);
void chart_cell(struct chart *c, xmlNode *row, const char *text);
void chart_cell_number(struct chart *c, xmlNode *row, int64_t n);

/* A bar of parts: label, parts side by side in proportion to their sum, and the sum. */
struct chart_bar {
    const char *label;
    int64_t part[CHART_TONES];
};

/* How long each part is, in units of length that add up to it; a part of a few is seen, too (at least 3 units). */
void chart_shares(const int64_t *part, size_t n, int length, int *ret);
/* Bars below each other from y, in the order of tones; names[tone] is the word of a part, NULL = none such. Legend, table and a sentence a bar come with them.
 * first is the head of the table's first column. Returns the y below them. */
int chart_bars(struct chart *c, int y, const char *first, const struct chart_bar *bars, size_t n,
               const char *const names[CHART_TONES]);

/* A field for lines: from 0 at its foot to most at its head. */
struct chart_plot {
    int x, y, w, h;
    int64_t most; /* above 0 */
};

#define CHART_MISSING (-1) /* a value that nobody knows: the line breaks there */
#define CHART_LINES \
    5 /* lines that differ in dash and mark, from 0: those of severities; from 5: others with the same marks */

/* The next of 1, 2, 5, 10, 20 … that is not below n; at most 10^15. */
int64_t chart_scale(int64_t n);
void chart_axes(struct chart *c, const struct chart_plot *plot);
/* Values at the places x, each with its mark; of is the number of the line (CHART_LINES). */
void chart_line(struct chart *c, const struct chart_plot *plot, int of, const int *x,
                const int64_t *value, size_t n);
void chart_key_line(struct chart *c, int of, const char *text);
int chart_plot_y(const struct chart_plot *plot, int64_t value);
/* Labels of places below a field, as many as have room: always the last, and the first where it does not touch it. */
void chart_places(struct chart *c, const struct chart_plot *plot, const int *x,
                  const char *const *text, size_t n);

/* The charts, one file each; left out where the evidence has nothing to draw. */
MUST_USE enum rc chart_themes(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_laps(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_mfa(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_ages(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_clusters(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_paths(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_reset(struct model *m, xmlNode *charts, struct err *err);
/* Read <trend>, which must be in the tree already. */
MUST_USE enum rc chart_trend(struct model *m, xmlNode *charts, struct err *err);
MUST_USE enum rc chart_theme_trends(struct model *m, xmlNode *charts, struct err *err);
/* The same of one of several: of this <trend>, with its number in the chart's name. */
MUST_USE enum rc chart_trend_of(struct model *m, xmlNode *charts, const xmlNode *trend,
                                int64_t number, struct err *err);

#endif
