/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/assets.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 20)

static bool holds_messages(const char *folder)
{
    char path[4200];
    (void)snprintf(path, sizeof(path), "%s/messages.xml", folder);
    return access(path, R_OK) == 0;
}

/* Beside the executable in a build folder, else under the prefix it was installed in. */
static enum rc find_folder(struct assets *s, struct err *err)
{
    static const char *const places[] = { "share-report/html", "../share/kagimori/report/html" };
    char exe[2048];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (n <= 0) {
        return err_setf(err, RC_IO, "cannot tell where this program lies: %s", strerror(errno));
    }
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    *(slash ? slash : exe) = '\0';
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        (void)snprintf(s->folder, sizeof(s->folder), "%s/%s", exe, places[i]);
        if (holds_messages(s->folder)) {
            return RC_OK;
        }
    }
    return err_setf(
        err, RC_ABSENT,
        "the files of the report (messages.xml, report.xsl, report.css) are neither in %s nor in %s beside %s: "
        "install them or name their folder",
        places[0], places[1], exe);
}

/* The catalogue's ids, once each. */
static bool index_messages(struct assets *s)
{
    s->by_id = xmlHashCreate(512);
    const xmlNode *root = xmlDocGetRootElement(s->messages);
    for (xmlNode *m = root ? root->children : NULL; m && s->by_id; m = m->next) {
        if (m->type != XML_ELEMENT_NODE) {
            continue;
        }
        xmlChar *id = xmlGetNoNsProp(m, XML("id"));
        int added = id ? xmlHashAddEntry(s->by_id, id, m) : -1;
        xmlFree(id);
        if (added != 0) {
            return false;
        }
    }
    return s->by_id != NULL;
}

/* clang-format off */
static const char *const catalogues[] = {
    "messages_cover.xml",
    "messages_event.xml",
    "messages_evidence.xml",
    "messages_mfa.xml",
    "messages_plan.xml",
    "messages_body.xml",
    "messages_framework.xml",
    "messages_question.xml",
    "messages_reset.xml",
    "messages_group.xml",
    "messages_output.xml",
    "messages_chart.xml",
    "messages_progress.xml",
    "messages.xml",
};

/* clang-format on */

/* One file of the catalogue into the one document that the style sheet sees. */
static bool add_messages(struct assets *s, const char *path)
{
    xmlDoc *doc =
        xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!root) {
        xmlFreeDoc(doc);
        return false;
    }
    if (!s->messages) {
        s->messages = doc;
        return true;
    }
    xmlNode *copies = xmlDocCopyNodeList(s->messages, root->children);
    bool is_added = copies && xmlAddChildList(xmlDocGetRootElement(s->messages), copies);
    xmlFreeDoc(doc);
    return is_added;
}

enum rc assets_open(struct assets *s, const char *folder, struct err *err)
{
    memset(s, 0, sizeof(*s));
    if (folder) {
        (void)snprintf(s->folder, sizeof(s->folder), "%s", folder);
        if (!holds_messages(s->folder)) {
            (void)err_setf(err, RC_ABSENT, "there is no messages.xml to make the report with");
            return err_at(err, "%s", folder);
        }
    } else {
        TRY(find_folder(s, err));
    }
    for (size_t i = 0; i < ARRAY_LEN(catalogues); i++) {
        char path[4200];
        (void)snprintf(path, sizeof(path), "%s/%s", s->folder, catalogues[i]);
        bool is_last = i + 1 == ARRAY_LEN(catalogues);
        if (!add_messages(s, path) || (is_last && !index_messages(s))) {
            assets_done(s);
            (void)err_setf(
                err, RC_MALFORMED,
                "not a catalogue of messages: broken XML, or an id is missing or there twice");
            return err_at(err, "%s", path);
        }
    }
    return RC_OK;
}

void assets_done(struct assets *s)
{
    if (s->by_id) {
        xmlHashFree(s->by_id, NULL);
        s->by_id = NULL;
    }
    if (s->messages) {
        xmlFreeDoc(s->messages);
        s->messages = NULL;
    }
}

const char *assets_message(const struct assets *s, const char *id, enum text_lang lang)
{
    const xmlNode *m = xmlHashLookup(s->by_id, XML(id));
    const char *want = lang == TEXT_JA ? "ja" : "en";
    for (const xmlNode *n = m ? m->children : NULL; n; n = n->next) {
        if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, want) == 0) {
            return n->children && n->children->content ? (const char *)n->children->content : "";
        }
    }
    return NULL;
}

const char *assets_message2(const struct assets *s, const char *prefix, const char *id,
                            enum text_lang lang)
{
    char whole[256];
    int n = snprintf(whole, sizeof(whole), "%s%s", prefix, id);
    return n > 0 && (size_t)n < sizeof(whole) ? assets_message(s, whole, lang) : NULL;
}

enum rc assets_file(const struct assets *s, const char *name, struct arena *a, const char **ret,
                    struct err *err)
{
    char path[4400];
    (void)snprintf(path, sizeof(path), "%s/%s", s->folder, name);
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *data = arena_alloc(a, FILE_MAX + 1);
    if (fd < 0 || !data) {
        (void)err_setf(err, fd < 0 ? RC_ABSENT : RC_NOMEM, "cannot read a file of the report: %s",
                       strerror(errno));
        return err_at(err, "%s", path);
    }
    size_t size = 0;
    ssize_t n = 0;
    while (size < FILE_MAX && (n = read(fd, data + size, FILE_MAX - size)) > 0) {
        size += (size_t)n;
    }
    if (n < 0 || size == FILE_MAX) {
        (void)err_setf(err, RC_IO, "cannot read a file of the report: %s",
                       n < 0 ? strerror(errno) : "too long");
        return err_at(err, "%s", path);
    }
    data[size] = '\0';
    *ret = data;
    return RC_OK;
}
