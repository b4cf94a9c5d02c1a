/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/winrm.h"

#include <string.h>

static const char identify[] =
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
    "xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\">"
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>";

static void put_request(struct wr *w, const char *host, uint16_t port, const char *field,
                        const char *body)
{
    bool is_v6 = strchr(host, ':') != NULL;
    wr_printf(w,
              "POST /wsman HTTP/1.1\r\nHost: %s%s%s:%u\r\nUser-Agent: kagimori\r\n"
              "Content-Type: application/soap+xml;charset=UTF-8\r\n%sContent-Length: %zu\r\n"
              "Connection: close\r\n\r\n%s",
              is_v6 ? "[" : "", host, is_v6 ? "]" : "", (unsigned)port, field, strlen(body), body);
}

void winrm_put_post(struct wr *w, const char *host, uint16_t port)
{
    put_request(w, host, port, "", "");
}

void winrm_put_identify(struct wr *w, const char *host, uint16_t port)
{
    put_request(w, host, port, "WSMANIDENTIFY: unauthenticated\r\n", identify);
}

/* Where the text behind "<prefix:name …>" begins, or NULL. */
static const char *after_tag(const char *s, size_t n, const char *name)
{
    size_t length = strlen(name);
    for (const char *p = memchr(s, '<', n); p; p = memchr(p + 1, '<', n - (size_t)(p + 1 - s))) {
        const char *end = memchr(p, '>', n - (size_t)(p - s));
        if (!end) {
            return NULL;
        }
        const char *word = p + 1;
        const char *colon = memchr(word, ':', (size_t)(end - word));
        const char *space = word;
        while (space < end && *space != ' ' && *space != '/' && *space != '\n' && *space != '\t' &&
               *space != '\r') {
            space++;
        }
        if (colon && colon < space) {
            word = colon + 1;
        }
        if ((size_t)(space - word) == length && memcmp(word, name, length) == 0) {
            return end[-1] == '/' ? NULL : end + 1;
        }
    }
    return NULL;
}

/* Character data with the five entities of XML undone; others stay as they are written. */
static void put_text(char *out, const char *s, size_t n)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {
        { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' }, { "&amp;", '&' }
    };

    char plain[TEXT_MAX * 4];
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof(plain);) {
        size_t step = 1;
        char c = s[i];
        for (size_t k = 0; c == '&' && step == 1 && k < ARRAY_LEN(entities); k++) {
            size_t length = strlen(entities[k].name);
            if (n - i >= length && memcmp(s + i, entities[k].name, length) == 0) {
                step = length;
                plain[used] = entities[k].c;
            }
        }
        plain[used] = step == 1 ? c : plain[used];
        used++;
        i += step;
    }
    (void)text_clean(out, TEXT_MAX, plain, used);
}

static void read_element(const char *s, size_t n, const char *name, char *out)
{
    const char *from = after_tag(s, n, name);
    size_t left = from ? n - (size_t)(from - s) : 0;
    const char *end = from ? memchr(from, '<', left) : NULL;
    out[0] = '\0';
    if (end) {
        put_text(out, from, (size_t)(end - from));
    }
}

bool winrm_is_envelope(const uint8_t *p, size_t n)
{
    return n > 0 && after_tag((const char *)p, n, "Envelope") != NULL;
}

enum rc winrm_identity_parse(const uint8_t *p, size_t n, struct winrm_identity *ret,
                             struct err *err)
{
    const char *s = (const char *)p;
    struct winrm_identity i = { 0 };
    if (n == 0 || !after_tag(s, n, "IdentifyResponse")) {
        return err_setf(err, RC_ABSENT, "the answer is not an IdentifyResponse");
    }
    read_element(s, n, "ProductVendor", i.vendor);
    read_element(s, n, "ProductVersion", i.version);
    *ret = i;
    return RC_OK;
}
