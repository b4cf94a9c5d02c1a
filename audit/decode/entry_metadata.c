/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/decode/entry_view.h"

bool view_metadata(struct entry_view *v, struct metadata *ret, const char **ret_form)
{
    const struct entry_value *binary = view_value(v, A_METADATA);
    struct err why;
    memset(ret, 0, sizeof(*ret));
    if (binary) {
        if (metadata_read_binary(binary->p, binary->n, &v->c->ids, ret, &why) == RC_OK) {
            *ret_form = "binary";
            return true;
        }
        view_malformed_at(v, A_METADATA, why.msg);
    }
    size_t read = 0;
    for (size_t i = 0; i < view_count(v, A_METADATA_XML); i++) {
        const struct entry_value *value = &v->attributes[A_METADATA_XML]->values[i];
        if (metadata_read_xml(value->p, value->n, ret, &why) == RC_OK) {
            read++;
        } else {
            view_malformed_at(v, A_METADATA_XML, why.msg);
        }
    }
    *ret_form = "xml";
    return read > 0;
}

static void put_change(struct row *row, const struct metadata_change *change, int version, int at)
{
    if (change->version > 0) {
        row_int(row, version, change->version);
        row_int(row, at, change->at);
    }
}

/* A trust in both directions has two secrets: it is as old as the older of them. */
static void put_trust(struct row *row, const struct metadata_change *incoming,
                      const struct metadata_change *outgoing)
{
    bool is_outgoing =
        outgoing->version > 0 && (incoming->version == 0 || outgoing->at > incoming->at);
    put_change(row, is_outgoing ? outgoing : incoming, SECRET_TRUST_VERSION, SECRET_TRUST_AT);
    if (incoming->version > 0 && outgoing->version > 0) {
        put_change(row, is_outgoing ? incoming : outgoing, SECRET_TRUST_OLDER_VERSION,
                   SECRET_TRUST_OLDER_AT);
    }
}

void entry_metadata(struct entry_view *v, const char *guid)
{
    struct row row;
    struct metadata m;
    const char *form = NULL;
    if (!view_metadata(v, &m, &form)) {
        return;
    }
    const struct metadata_change *s = m.slots;
    row_begin(&row, ROW_TABLE_SECRET);
    row_text(&row, SECRET_GUID, guid);
    row_text(&row, SECRET_SERVER, v->c->target);
    row_text(&row, SECRET_FORM, form);
    put_change(&row, &s[METADATA_PASSWORD], SECRET_PASSWORD_VERSION, SECRET_PASSWORD_AT);
    put_change(&row, &s[METADATA_DATE], SECRET_DATE_VERSION, SECRET_DATE_AT);
    put_change(&row, &s[METADATA_HISTORY], SECRET_HISTORY_VERSION, SECRET_HISTORY_AT);
    put_change(&row, &s[METADATA_KERBEROS], SECRET_KERBEROS_VERSION, SECRET_KERBEROS_AT);
    put_change(&row, &s[METADATA_UAC], SECRET_UAC_VERSION, SECRET_UAC_AT);
    put_change(&row, &s[METADATA_KEYS], SECRET_KEYS_VERSION, SECRET_KEYS_AT);
    put_change(&row, &s[METADATA_LAPS], SECRET_LAPS_VERSION, SECRET_LAPS_AT);
    put_trust(&row, &s[METADATA_INCOMING], &s[METADATA_OUTGOING]);
    if (s[METADATA_PASSWORD].version > 0) {
        row_int(&row, SECRET_PASSWORD_USN, s[METADATA_PASSWORD].usn);
        if (s[METADATA_PASSWORD].origin[0]) {
            row_text(&row, SECRET_PASSWORD_ORIGIN, s[METADATA_PASSWORD].origin);
        }
    }
    if (s[METADATA_DATE].version > 0 && s[METADATA_DATE].origin[0]) {
        row_text(&row, SECRET_DATE_ORIGIN, s[METADATA_DATE].origin);
    }
    view_put(v, &row);
}
