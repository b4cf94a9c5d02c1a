/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes hive_rows, sam_accounts, sam_aliases, sam_domain, sam_unlock: u32 size of SAM (little endian), SAM, and the rest as SYSTEM,
 * SOFTWARE, SECURITY and NTUSER.DAT alike. Every row must be one that the supervisor takes. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/sam.h"
#include "audit/decode/host/hive_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc check(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    if (row_check(row, err) != RC_OK) {
        abort();
    }
    return RC_OK;
}

/* With a key as if it had been proven, so that what lies behind it is reached. */
static enum rc take_account(void *context, const struct sam_account *account, struct err *err)
{
    (void)context;
    (void)err;
    if (account->state == SAM_SET && strlen(account->fingerprint) != FINGERPRINT_TEXT_MAX - 1) {
        abort();
    }
    return RC_OK;
}

static void open_with(const uint8_t *data, size_t size, const struct secret *key)
{
    struct regf h;
    struct err err;
    uint64_t damaged = 0;
    struct secret *hash_key = secret_new(secret_bytes(key), 16);
    if (hash_key && regf_open(&h, data, size, &err) == RC_OK) {
        (void)(sam_accounts(&h, hash_key, key, take_account, NULL, &damaged, &err) == RC_OK);
    }
    secret_free(hash_key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct task task;
    static const uint8_t bytes[FINGERPRINT_KEY_SIZE] = { 1, 2, 3 };
    struct row_sink sink = { check };
    struct host_told told[PART_COUNT] = { { .why = NULL } };
    struct err err;
    uint64_t rows = 0;
    struct rd r = rd_from(data, size);
    size_t n = rd_u32le(&r);
    const uint8_t *sam = rd_bytes(&r, n);
    if (!sam || crypt_prepare(&err) != RC_OK) {
        return 0;
    }
    if (task.count == 0) {
        (void)(task_add(&task, "registry", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa|*",
                        &err) == RC_OK);
        (void)(task_add(&task, "registry", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\*|Start",
                        &err) == RC_OK);
        (void)(task_add(&task, "service", "RemoteRegistry", &err) == RC_OK);
    }
    uint8_t *copy = malloc(size);
    struct arena *a = arena_new(0);
    struct secret *key = secret_new(bytes, sizeof(bytes));
    struct host_hives *hives = calloc(1, sizeof(*hives));
    if (copy && a && key && hives) {
        memcpy(copy, data, size);
        struct hive_bytes rest = { .data = copy + 4 + n, .size = size - 4 - n };
        hives->sam = (struct hive_bytes){ .data = copy + 4, .size = n };
        hives->system = hives->software = hives->security = hives->users[0].hive = rest;
        hives->users[0].name = "user";
        hives->user_count = 1;
        struct host_import import = {
            .sink = &sink, .kind = HOST_HIVES, .origin = "fuzz", .host = "h", .key = key
        };
        memset(import.wants, 1, sizeof(import.wants));
        if (plan_new(a, &task, &import.plan, &err) == RC_OK &&
            hive_rows(&import, hives, a, "kit", told, &rows, &err) == RC_BUG) {
            abort();
        }
        open_with(sam, n, key);
    }
    free(copy);
    free(hives);
    secret_free(key);
    arena_free(a);
    return 0;
}
