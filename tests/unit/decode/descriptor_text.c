/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "descriptor_text.h"

#include <string.h>

struct name {
    char text[3];
    uint32_t bit;
};

/* Samba's orders. */
static const struct name rights[] = {
    { "RP", 0x10 },       { "WP", 0x20 },       { "CR", 0x100 },      { "CC", 0x1 },
    { "DC", 0x2 },        { "LC", 0x4 },        { "LO", 0x80 },       { "RC", 0x20000 },
    { "WO", 0x80000 },    { "WD", 0x40000 },    { "SD", 0x10000 },    { "DT", 0x40 },
    { "SW", 0x8 },        { "GA", 0x10000000 }, { "GR", 0x80000000 }, { "GW", 0x40000000 },
    { "GX", 0x20000000 },
};

static const struct name flags[] = {
    { "OI", 1 },  { "CI", 2 },    { "NP", 4 },    { "IO", 8 },
    { "ID", 16 }, { "SA", 0x40 }, { "FA", 0x80 },
};

static const struct {
    const char *sid;
    const char *name;
} known[] = {
    { "S-1-5-32-548", "AO" }, { "S-1-5-11", "AU" },     { "S-1-5-32-544", "BA" },
    { "S-1-3-0", "CO" },      { "S-1-5-9", "ED" },      { "S-1-5-32-550", "PO" },
    { "S-1-5-10", "PS" },     { "S-1-5-32-554", "RU" }, { "S-1-5-18", "SY" },
    { "S-1-1-0", "WD" },
};

static const struct {
    const char *rid;
    const char *name;
} of_domain[] = {
    { "-512", "DA" }, { "-513", "DU" }, { "-514", "DG" }, { "-516", "DD" },
    { "-517", "CA" }, { "-519", "EA" }, { "-553", "RS" }, { "-498", "RO" },
};

static void put_names(struct wr *out, const struct name *names, size_t n, uint32_t mask)
{
    for (size_t i = 0; i < n; i++) {
        if (mask & names[i].bit) {
            wr_text(out, names[i].text);
        }
    }
}

static void put_sid(struct wr *out, const char *sid, const char *domain)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strcmp(known[i].sid, sid) == 0) {
            wr_text(out, known[i].name);
            return;
        }
    }
    size_t n = strlen(domain);
    for (size_t i = 0; strncmp(sid, domain, n) == 0 && i < ARRAY_LEN(of_domain); i++) {
        if (strcmp(sid + n, of_domain[i].rid) == 0) {
            wr_text(out, of_domain[i].name);
            return;
        }
    }
    wr_text(out, sid);
}

static void put_guid(struct wr *out, bool has, const uint8_t *bytes)
{
    char text[GUID_TEXT_MAX];
    struct rd r = rd_from(bytes, 16);
    if (has && rd_guid(&r, text)) {
        wr_text(out, text);
    }
}

/* Entries of the SACL are skipped by secdesc (they grant nothing): their fields are read here. */
static void audit_fields(struct ace *ace, const uint8_t *head)
{
    size_t size = (size_t)(head[2] | head[3] << 8);
    struct rd r = rd_from(head + 4, size - 4);
    ace->mask = rd_u32le(&r);
    if (ace->type == 7) {
        uint32_t present = rd_u32le(&r);
        ace->has_type = (present & 1) != 0;
        ace->has_inherited = (present & 2) != 0;
        if (ace->has_type) {
            memcpy(ace->object_type, rd_bytes(&r, 16), 16);
        }
        if (ace->has_inherited) {
            memcpy(ace->inherited_type, rd_bytes(&r, 16), 16);
        }
    }
    ace->sid_size = rd_left(&r);
    ace->sid = r.p;
}

static bool put_acl(struct wr *out, const struct acl *acl, const char *domain)
{
    struct ace_cursor c = ace_first(acl);
    struct ace ace;
    struct err err;
    enum rc rc;
    for (;;) {
        const uint8_t *head = c.r.p;
        rc = ace_next(&c, &ace, &err);
        if (rc != RC_OK) {
            return rc == RC_ABSENT;
        }
        static const char *const types[] = { "A", "D", "AU", "?", "?", "OA", "OD", "OU" };
        if (ace.kind == ACE_SKIPPED) {
            audit_fields(&ace, head);
        }
        char sid[SID_TEXT_MAX];
        ace_trustee(&ace, sid);
        wr_printf(out, "(%s;", ace.type < ARRAY_LEN(types) ? types[ace.type] : "?");
        put_names(out, flags, ARRAY_LEN(flags), ace.flags);
        wr_text(out, ";");
        put_names(out, rights, ARRAY_LEN(rights), ace.mask);
        wr_text(out, ";");
        put_guid(out, ace.has_type, ace.object_type);
        wr_text(out, ";");
        put_guid(out, ace.has_inherited, ace.inherited_type);
        wr_text(out, ";");
        put_sid(out, sid, domain);
        wr_text(out, ")");
    }
}

static void put_control(struct wr *out, uint16_t control)
{
    wr_text(out, control & 0x1000 ? "P" : "");
    wr_text(out, control & 0x100 ? "AR" : "");
    wr_text(out, control & 0x400 ? "AI" : "");
}

bool descriptor_text(struct wr *out, const struct descriptor *d, const char *domain)
{
    bool ok = true;
    if (d->owner[0]) {
        wr_text(out, "O:");
        put_sid(out, d->owner, domain);
    }
    if (d->group[0]) {
        wr_text(out, "G:");
        put_sid(out, d->group, domain);
    }
    if (d->has_dacl) {
        wr_text(out, "D:");
        put_control(out, d->control);
        ok = put_acl(out, &d->dacl, domain);
    }
    if (d->has_sacl) {
        wr_text(out, "S:");
        put_control(out, (uint16_t)((d->control & 0xaa00) >> 1));
        ok = put_acl(out, &d->sacl, domain) && ok;
    }
    wr_u8(out, 0);
    return ok && !out->bad;
}
