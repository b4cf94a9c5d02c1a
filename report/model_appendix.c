/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lets somebody else repeat or check the audit: <appendix checks schema><evidence name bytes sha256/><option name value checks/><file origin path bytes state sha256/></appendix>.
 * The SHA-256 of the evidence file is left out while a write-ahead log stands beside it (the file alone is not the evidence then), of evidence in memory,
 * and of the redacted copy, which is gone when the report is written. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "report/model.h"
#include "report/query.h"

#define OPTIONS_SHOWN 120
#define FILES_SHOWN   200

/* Thresholds that the checks were run with; of lists only the beginning is shown (TEXT_SHOWN). */
static const char options[] =
    "SELECT j.key AS name, j.value AS value, count(*) AS checks, min(c.id) AS first FROM check_info c, json_each(c.parameters) j"
    " WHERE j.type IN ('integer', 'real', 'text', 'true', 'false') AND j.value <> '' GROUP BY 1, 2 ORDER BY 1, count(*) DESC, 2";

static const char files[] = "SELECT origin, path, state, size AS bytes, sha256 FROM artifact"
                            " ORDER BY origin, path";

static void auto_digest(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static bool has_log(const char *path)
{
    char log[4200];
    struct stat st;
    int n = snprintf(log, sizeof(log), "%s-wal", path);
    return n <= 0 || (size_t)n >= sizeof(log) || (stat(log, &st) == 0 && st.st_size > 0);
}

/* SHA-256 of a file in hexadecimal, and its size; false when it cannot be read whole. */
static bool digest_file(const char *path, char hex[65], int64_t *ret_size)
{
    AUTO(auto_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (!digest || fd < 0 || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1) {
        return false;
    }
    static unsigned char block[1 << 18];
    ssize_t n = 0;
    while ((n = read(fd, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)) {
        if (n > 0 && EVP_DigestUpdate(digest, block, (size_t)n) != 1) {
            return false;
        }
        *ret_size += n > 0 ? n : 0;
    }
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (n < 0 || EVP_DigestFinal_ex(digest, hash, &size) != 1 || size != 32) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    }
    return true;
}

static void add_evidence(struct model *m, xmlNode *appendix)
{
    const char *path = sqlite3_db_filename(m->db, "main");
    char hex[65] = "";
    int64_t size = 0;
    int64_t is_redacted = 0;
    struct err ignored;
    if (query_number(m->db, "SELECT count(*) FROM audit_info WHERE name = 'redacted'", &is_redacted,
                     &ignored) != RC_OK ||
        is_redacted > 0 || !path || !path[0] || has_log(path) || !digest_file(path, hex, &size)) {
        return;
    }
    const char *slash = strrchr(path, '/');
    arena_reset(m->a);
    xmlNode *evidence = model_node(m, appendix, "evidence");
    model_attr(m, evidence, "name", slash ? slash + 1 : path);
    model_count(m, evidence, "bytes", size);
    model_attr(m, evidence, "sha256", hex);
}

enum rc model_appendix(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *appendix = model_node(m, root, "appendix");
    add_evidence(m, appendix);
    TRY(model_rows(m, model_node(m, appendix, "options"), "option", options, OPTIONS_SHOWN, err));
    return model_rows(m, model_node(m, appendix, "artifacts"), "artifact", files, FILES_SHOWN, err);
}
