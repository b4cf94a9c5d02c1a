/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes the scan of redaction: a rule, a kind and a text (first and second byte, rest) in which a name of the evidence stands by itself. Whatever is
 * around it, the name must not come out. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/redact/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char secret[] = "qzxvwk7";

static struct redactor *fresh(void)
{
    static const unsigned char key[PSEUDONYM_KEY_SIZE] = { 1, 2, 3 };
    static struct redactor r;
    struct err err = { .rc = RC_OK };
    if (redactor_open(&r, key, &err) != RC_OK) {
        abort();
    }
    redactor_learn(&r, REDACT_USER, secret, sizeof(secret) - 1);
    return &r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 4096) {
        return 0;
    }
    struct redactor *r = fresh();
    enum redact_rule rule = (enum redact_rule)(data[0] % REDACT_KEEP); /* all but the last */
    enum redact_kind kind = (enum redact_kind)(data[1] % (REDACT_PATH + 1));
    size_t half = 2 + (size - 2) / 2, n = 0;
    char text[4096 + sizeof(secret) + 2];
    redactor_learn_dn(r, kind, (const char *)data + 2, size - 2);
    memcpy(text, data + 2, half - 2);
    n = half - 2;
    n += (size_t)snprintf(text + n, sizeof(text) - n, " %s ", secret);
    memcpy(text + n, data + half, size - half);
    n += size - half;
    const char *shown = redactor_text(r, rule, kind, text, n);
    if (!shown || strcasestr(shown, secret)) {
        abort();
    }
    redactor_done(r);
    return 0;
}
