/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/sddl.h"

#include <string.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/decode/secdesc.h"

#define MAX_ENTRIES 4096

struct sddl {
    const char *p;
    const char *end;
    const char *domain_sid;
};

struct word {
    char text[3];
    uint32_t value;
};

/* clang-format off */
static const struct word ace_types[] = {
    { "A", 0x00 }, { "D", 0x01 }, { "AU", 0x02 }, { "AL", 0x03 }, { "OA", 0x05 }, { "OD", 0x06 }, { "OU", 0x07 },
    { "OL", 0x08 }, { "XA", 0x09 }, { "XD", 0x0a }, { "ZA", 0x0b }, { "XU", 0x0d }, { "ML", 0x11 }, { "RA", 0x12 },
    { "SP", 0x13 },
};

static const struct word ace_flags[] = {
    { "OI", 0x01 }, { "CI", 0x02 }, { "NP", 0x04 }, { "IO", 0x08 }, { "ID", 0x10 }, { "SA", 0x40 }, { "FA", 0x80 },
};

static const struct word ace_rights[] = {
    { "CC", 0x1 }, { "DC", 0x2 }, { "LC", 0x4 }, { "SW", 0x8 }, { "RP", 0x10 }, { "WP", 0x20 }, { "DT", 0x40 },
    { "LO", 0x80 }, { "CR", 0x100 }, { "SD", 0x10000 }, { "RC", 0x20000 }, { "WD", 0x40000 }, { "WO", 0x80000 },
    { "GA", 0x10000000 }, { "GX", 0x20000000 }, { "GW", 0x40000000 }, { "GR", 0x80000000 },
    { "FA", 0x1f01ff }, { "FR", 0x120089 }, { "FW", 0x120116 }, { "FX", 0x1200a0 },
    { "KA", 0xf003f }, { "KR", 0x20019 }, { "KW", 0x20006 }, { "KX", 0x20019 },
};

/* RIDs of the domain ([MS-DTYP] 2.4.2.4). */
static const struct word domain_names[] = {
    { "DA", 512 }, { "DU", 513 }, { "DG", 514 }, { "DC", 515 }, { "DD", 516 }, { "CA", 517 }, { "SA", 518 },
    { "EA", 519 }, { "PA", 520 }, { "CN", 522 }, { "AP", 525 }, { "KA", 526 }, { "EK", 527 }, { "RS", 553 },
    { "RO", 498 }, { "LA", 500 }, { "LG", 501 },
};

static const struct { char name[3]; const char *sid; } well_known[] = {
    { "AA", "S-1-5-32-579" }, { "AC", "S-1-15-2-1" }, { "AN", "S-1-5-7" }, { "AO", "S-1-5-32-548" },
    { "AS", "S-1-18-1" }, { "AU", "S-1-5-11" }, { "BA", "S-1-5-32-544" }, { "BG", "S-1-5-32-546" },
    { "BO", "S-1-5-32-551" }, { "BU", "S-1-5-32-545" }, { "CD", "S-1-5-32-574" }, { "CG", "S-1-3-1" },
    { "CO", "S-1-3-0" }, { "CY", "S-1-5-32-569" }, { "ED", "S-1-5-9" }, { "ER", "S-1-5-32-573" },
    { "ES", "S-1-5-32-576" }, { "HA", "S-1-5-32-578" }, { "HI", "S-1-16-12288" }, { "IS", "S-1-5-32-568" },
    { "IU", "S-1-5-4" }, { "LS", "S-1-5-19" }, { "LU", "S-1-5-32-559" }, { "LW", "S-1-16-4096" },
    { "ME", "S-1-16-8192" }, { "MP", "S-1-16-8448" }, { "MS", "S-1-5-32-577" }, { "MU", "S-1-5-32-558" },
    { "NO", "S-1-5-32-556" }, { "NS", "S-1-5-20" }, { "NU", "S-1-5-2" }, { "OW", "S-1-3-4" },
    { "PO", "S-1-5-32-550" }, { "PS", "S-1-5-10" }, { "PU", "S-1-5-32-547" }, { "RA", "S-1-5-32-575" },
    { "RC", "S-1-5-12" }, { "RD", "S-1-5-32-555" }, { "RE", "S-1-5-32-552" }, { "RM", "S-1-5-32-580" },
    { "RU", "S-1-5-32-554" }, { "SI", "S-1-16-16384" }, { "SO", "S-1-5-32-549" }, { "SS", "S-1-18-2" },
    { "SU", "S-1-5-6" }, { "SY", "S-1-5-18" }, { "WD", "S-1-1-0" }, { "WR", "S-1-5-33" },
};

/* clang-format on */

bool sddl_looks_like(const void *data, size_t n)
{
    const char *s = data;
    return n >= 2 && s[1] == ':' && (s[0] == 'O' || s[0] == 'G' || s[0] == 'D' || s[0] == 'S');
}

static void put_u16(struct wr *w, uint32_t v)
{
    wr_u8(w, (uint8_t)v);
    wr_u8(w, (uint8_t)(v >> 8));
}

static void put_u32(struct wr *w, uint32_t v)
{
    put_u16(w, v);
    put_u16(w, v >> 16);
}

static void poke(struct wr *w, size_t at, uint32_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes && !w->bad && at + i < w->size; i++) {
        w->data[at + i] = (uint8_t)(v >> (8 * i));
    }
}

/* The value of the word at s, or false. */
static bool find(const struct word *words, size_t count, const char *s, size_t n, uint32_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i].text) == n && memcmp(words[i].text, s, n) == 0) {
            *ret = words[i].value;
            return true;
        }
    }
    return false;
}

/* "S-1-5-…" as bytes. */
static bool put_sid_text(struct wr *w, const char *sid)
{
    uint64_t authority = 0;
    uint32_t part = 0;
    if (!sid_text_valid(sid)) {
        return false;
    }
    const char *p = sid + 4;
    size_t n = strcspn(p, "-");
    (void)num_u64(p, n, &authority);
    size_t count_at = w->size + 1;
    wr_u8(w, 1);
    wr_u8(w, 0);
    wr_u16be(w, (uint16_t)(authority >> 32));
    wr_u32be(w, (uint32_t)authority);
    uint32_t parts = 0;
    for (p += n; *p == '-'; p += n) {
        p++;
        n = strcspn(p, "-");
        (void)num_u32(p, n, &part);
        put_u32(w, part);
        parts++;
    }
    poke(w, count_at, parts, 1);
    return parts > 0;
}

/* A SID or its two-letter name, exactly n characters. */
static bool put_sid(const struct sddl *s, struct wr *w, const char *text, size_t n)
{
    char sid[SID_TEXT_MAX + 16];
    uint32_t rid = 0;
    if (n > 2) {
        if (n >= SID_TEXT_MAX || memchr(text, '\0', n)) {
            return false;
        }
        memcpy(sid, text, n);
        sid[n] = '\0';
        return put_sid_text(w, sid);
    }
    for (size_t i = 0; i < ARRAY_LEN(well_known); i++) {
        if (n == 2 && memcmp(well_known[i].name, text, 2) == 0) {
            return put_sid_text(w, well_known[i].sid);
        }
    }
    if (!s->domain_sid || !find(domain_names, ARRAY_LEN(domain_names), text, n, &rid)) {
        return false;
    }
    struct wr name;
    wr_init(&name, sizeof(sid));
    wr_printf(&name, "%s-%u", s->domain_sid, rid);
    wr_u8(&name, 0);
    bool ok = !name.bad && put_sid_text(w, (const char *)name.data);
    wr_done(&name);
    return ok;
}

static bool put_guid(struct wr *w, const char *text, size_t n)
{
    static const int8_t order[16] = { 6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34 };
    char guid[GUID_TEXT_MAX];
    if (n != sizeof(guid) - 1) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        guid[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] | 0x20 : text[i]);
    }
    guid[n] = '\0';
    if (!guid_text_valid(guid)) {
        return false;
    }
    for (size_t i = 0; i < 16; i++) {
        char high = guid[order[i]], low = guid[order[i] + 1];
        wr_u8(w, (uint8_t)((high <= '9' ? high - '0' : high - 'a' + 10) << 4 |
                           (low <= '9' ? low - '0' : low - 'a' + 10)));
    }
    return true;
}

/* Two-letter words in a row, or a number. */
static bool read_mask(const char *s, size_t n, const struct word *words, size_t count,
                      uint32_t *ret)
{
    uint32_t mask = 0, one = 0;
    if (n > 2 && n <= 10 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        for (size_t i = 2; i < n; i++) {
            char c = (char)(s[i] | 0x20);
            bool digit = s[i] >= '0' && s[i] <= '9';
            if (!digit && (c < 'a' || c > 'f')) {
                return false;
            }
            mask = mask << 4 | (uint32_t)(digit ? s[i] - '0' : c - 'a' + 10);
        }
        *ret = mask;
        return true;
    }
    if (n > 0 && s[0] >= '0' && s[0] <= '9') {
        return num_u32(s, n, ret);
    }
    for (size_t i = 0; i < n; i += 2) {
        if (n - i < 2 || !find(words, count, s + i, 2, &one)) {
            return false;
        }
        mask |= one;
    }
    *ret = mask;
    return true;
}

struct field {
    const char *p;
    size_t n;
};

/* "(type;flags;rights;object type;inherited type;sid[;condition])" with its six fields. */
static bool read_fields(struct sddl *s, struct field f[6])
{
    const char *close = s->p < s->end ? memchr(s->p, ')', (size_t)(s->end - s->p)) : NULL;
    if (!close || *s->p != '(') {
        return false;
    }
    const char *p = s->p + 1;
    for (size_t i = 0; i < 6; i++) {
        const char *stop = memchr(p, ';', (size_t)(close - p));
        if (!stop) {
            stop = close;
        }
        f[i] = (struct field){ p, (size_t)(stop - p) };
        if (i < 5 && stop == close) {
            return false;
        }
        p = stop == close ? close : stop + 1;
    }
    /* A condition has brackets of its own; entries with one are of types that are skipped, but their end must be found. */
    size_t depth = 1;
    const char *q = s->p + 1;
    for (; q < s->end && depth > 0; q++) {
        depth += *q == '(';
        depth -= *q == ')';
    }
    s->p = q;
    return depth == 0;
}

static bool put_ace(struct sddl *s, struct wr *w)
{
    struct field f[6];
    uint32_t type = 0, flags = 0, mask = 0;
    if (!read_fields(s, f) || !find(ace_types, ARRAY_LEN(ace_types), f[0].p, f[0].n, &type) ||
        !read_mask(f[1].p, f[1].n, ace_flags, ARRAY_LEN(ace_flags), &flags) || flags > 0xff ||
        !read_mask(f[2].p, f[2].n, ace_rights, ARRAY_LEN(ace_rights), &mask)) {
        return false;
    }
    size_t start = w->size;
    bool has_types = (type >= 5 && type <= 8) || type == 0x0b;
    wr_u8(w, (uint8_t)type);
    wr_u8(w, (uint8_t)flags);
    put_u16(w, 0);
    put_u32(w, mask);
    if (has_types) {
        put_u32(w, (f[3].n > 0 ? 1U : 0U) | (f[4].n > 0 ? 2U : 0U));
    } else if (f[3].n > 0 || f[4].n > 0) {
        return false;
    }
    if ((f[3].n > 0 && !put_guid(w, f[3].p, f[3].n)) ||
        (f[4].n > 0 && !put_guid(w, f[4].p, f[4].n)) || !put_sid(s, w, f[5].p, f[5].n)) {
        return false;
    }
    size_t size = w->size - start;
    poke(w, start + 2, (uint32_t)size, 2);
    return size <= UINT16_MAX;
}

/* "flags(ace)(ace)…" at s; adds to control. NO_ACCESS_CONTROL is a list that is absent. */
static bool put_acl(struct sddl *s, struct wr *w, bool is_dacl, uint16_t *control, bool *ret_null)
{
    static const char none[] = "NO_ACCESS_CONTROL";
    size_t left = (size_t)(s->end - s->p);
    *ret_null = left >= sizeof(none) - 1 && memcmp(s->p, none, sizeof(none) - 1) == 0;
    if (*ret_null) {
        s->p += sizeof(none) - 1;
        return true;
    }
    const unsigned shift =
        is_dacl ? 0 : 1; /* the bits of the SACL stand beside those of the DACL */
    while (s->p < s->end && (*s->p == 'P' || *s->p == 'A')) {
        if (*s->p == 'P') {
            *control |= (uint16_t)(DESCRIPTOR_DACL_PROTECTED << shift);
            s->p++;
        } else if (s->end - s->p >= 2 && (s->p[1] == 'I' || s->p[1] == 'R')) {
            *control |= (uint16_t)((s->p[1] == 'I' ? DESCRIPTOR_DACL_INHERITED : 0x100) << shift);
            s->p += 2;
        } else {
            return false;
        }
    }
    size_t start = w->size;
    wr_u8(w, 4); /* revision for object entries */
    wr_u8(w, 0);
    put_u32(w, 0); /* size and count */
    put_u16(w, 0);
    uint32_t count = 0;
    while (s->p < s->end && *s->p == '(') {
        if (++count > MAX_ENTRIES || !put_ace(s, w)) {
            return false;
        }
    }
    size_t size = w->size - start;
    poke(w, start + 2, (uint32_t)size, 2);
    poke(w, start + 4, count, 2);
    return size <= UINT16_MAX;
}

/* The length of the SID at s->p: two letters, or "S-" and what belongs to it. */
static size_t sid_length(const struct sddl *s)
{
    size_t left = (size_t)(s->end - s->p);
    if (left < 3 || s->p[0] != 'S' || s->p[1] != '-') {
        return left < 2 ? left : 2;
    }
    size_t n = 2;
    while (n < left && (s->p[n] == '-' || (s->p[n] >= '0' && s->p[n] <= '9'))) {
        n++;
    }
    return n;
}

enum rc sddl_read(const char *text, size_t n, const char *domain_sid, struct wr *out,
                  struct err *err)
{
    struct sddl s = { text, text + n, domain_sid };
    uint16_t control = DESCRIPTOR_SELF_RELATIVE;
    uint32_t seen = 0;
    bool ok = true, is_null = false;
    for (size_t i = 0; i < 5; i++) {
        put_u32(out, i == 0 ? 1 : 0);
    }
    while (ok && s.end - s.p >= 2 && s.p[1] == ':') {
        static const char parts[] = "OGSD"; /* in the order of their offsets */
        const char *part = memchr(parts, s.p[0], 4);
        uint32_t offset = (uint32_t)out->size;
        s.p += 2;
        if (!part || (seen & 1U << (part - parts)) != 0) {
            ok = false;
            break;
        }
        seen |= 1U << (part - parts);
        is_null = false;
        if (part - parts < 2) {
            size_t length = sid_length(&s);
            ok = put_sid(&s, out, s.p, length);
            s.p += length;
        } else {
            bool is_dacl = *part == 'D';
            control |= is_dacl ? DESCRIPTOR_DACL_PRESENT : DESCRIPTOR_SACL_PRESENT;
            ok = put_acl(&s, out, is_dacl, &control, &is_null);
        }
        poke(out, 4 + 4 * (size_t)(part - parts), is_null ? 0 : offset, 4);
    }
    poke(out, 2, control, 2);
    if (!ok || s.p != s.end) {
        return err_setf(err, RC_MALFORMED,
                        "security descriptor: the text is not understood at character %zu",
                        (size_t)(s.p - text) + 1);
    }
    return out->bad ? err_setf(err, RC_LIMIT, "security descriptor: the text is too long") : RC_OK;
}
