/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/csv.h"

#include <string.h>

#include "report/text.h"

#define CELL_SHOWN 4000

/* What a spreadsheet takes for a formula; Excel with a Japanese input method takes the full-width forms too. Looks past
 * leading spaces, which some importers strip. */
static bool starts_formula(const char *raw)
{
    static const char *const starts[] = { "=",  "+",  "-",  "@",  "\t", "\r",
                                          "\n", "＝", "＋", "－", "＠" };
    if (raw[0] == '\t' || raw[0] == '\r' || raw[0] == '\n') {
        return true;
    }
    raw += strspn(raw, " ");
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (strncmp(raw, starts[i], strlen(starts[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Most cells are printable ASCII and short, which text_safe would only copy. */
static bool is_plain(const char *raw)
{
    size_t n = 0;
    while (n <= CELL_SHOWN && raw[n] >= ' ' && raw[n] <= '~') {
        n++;
    }
    return n <= CELL_SHOWN && raw[n] == '\0';
}

static enum rc put_cell(struct out *o, struct arena *a, const char *raw, struct err *err)
{
    const char *safe = is_plain(raw) ? raw : text_safe(a, raw, strlen(raw), CELL_SHOWN);
    if (!safe) {
        return err_setf(err, RC_NOMEM, "no memory for a cell of the table");
    }
    bool formula = starts_formula(raw);
    bool quoted = formula || strpbrk(safe, ",\"; ") != NULL;
    out_text(o, quoted ? "\"" : "");
    out_text(o, formula ? "'" : "");
    for (const char *p = safe; *p;) {
        size_t plain = strcspn(p, "\"");
        out_bytes(o, p, plain);
        p += plain;
        if (*p) {
            out_text(o, "\"\"");
            p++;
        }
    }
    out_text(o, quoted ? "\"" : "");
    return RC_OK;
}

enum rc csv_record(struct out *o, struct arena *a, const char *const *cells, size_t count,
                   struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        out_text(o, i > 0 ? "," : "");
        TRY(put_cell(o, a, cells[i] ? cells[i] : "", err));
    }
    out_text(o, "\r\n");
    return RC_OK;
}
