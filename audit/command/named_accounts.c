/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/named_accounts.h"

#include "audit/command/coverage_row.h"

enum rc named_accounts_put(const struct site *site, struct store *store, struct err *err)
{
    /* The row first: it says that what was derived holds no longer, and begins the transaction. */
    TRY(command_coverage(store, "site.account", "site", "complete", NULL, NULL, err));
    TRY(store_exec(store_handle(store), "DELETE FROM named_account", err));
    for (size_t i = 0; i < site->named_count; i++) {
        const struct site_named *n = &site->named[i];
        struct row row;
        row_begin(&row, ROW_TABLE_NAMED);
        row_text(&row, NAMED_PURPOSE, n->purpose);
        row_text(&row, NAMED_ENTRY, n->entry);
        row_text(&row, NAMED_KIND, n->is_group ? "group" : "account");
        row_text(&row, NAMED_NOTE, n->note);
        TRY(store_put(store, &row, err));
    }
    return store_commit(store, err);
}
