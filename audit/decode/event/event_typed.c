/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/event/event_typed.h"

#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/fingerprint.h"

#define DIGITS 8U

/* Names that strangers and devices try everywhere, sorted: to see them helps, and as passwords they would protect nothing. */
static const char *const usual[] = {
    "admin",
    "admin1",
    "administrador",
    "administrateur",
    "administrator",
    "backup",
    "camera",
    "copier",
    "demo",
    "dicom",
    "ftp",
    "guest",
    "helpdesk",
    "info",
    "itadmin",
    "kiosk",
    "kyocera",
    "manager",
    "mysql",
    "nas",
    "office",
    "operator",
    "oracle",
    "pacs",
    "pos",
    "postgres",
    "print",
    "printer",
    "reception",
    "remote",
    "ricoh",
    "root",
    "sa",
    "scan",
    "scanner",
    "server",
    "service",
    "sql",
    "support",
    "svc",
    "sysadmin",
    "system",
    "temp",
    "test",
    "test1",
    "user",
    "user1",
    "vendor",
    "vpn",
    "web",
    "webadmin",
    "www",
};

static int by_text(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

bool event_typed(const struct secret *key, const char *text, char buf[EVENT_TYPED_MAX])
{
    char low[64];
    uint8_t sign[32];
    size_t n = strlen(text);
    for (size_t i = 0; i < n && i < sizeof(low) - 1; i++) {
        low[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    }
    low[n < sizeof(low) - 1 ? n : sizeof(low) - 1] = '\0';
    if (n < EVENT_TYPED_MAX && bsearch(low, usual, ARRAY_LEN(usual), sizeof(usual[0]), by_text)) {
        memcpy(buf, low, n + 1);
        return true;
    }
    bool is_made = fingerprint_has_key(key) &&
                   crypt_hmac_sha256((const uint8_t *)secret_bytes(key), FINGERPRINT_KEY_SIZE,
                                     n < sizeof(low) - 1 ? low : text, n, sign);
    buf[0] = '\0';
    if (is_made) {
        buf[0] = '?';
        crypt_hex(sign, DIGITS / 2, buf + 1);
    }
    crypt_wipe(low, sizeof(low));
    return is_made;
}
