/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/net/hosts.h"

#include <sys/stat.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"

#define TEXT_LIMIT (64U << 20)

static bool name_valid(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n <= HOST_NAME_MAX_BYTES && utf8_valid(name, n) && utf8_is_visible(name, n) &&
           strcmp(name, "-") != 0;
}

static bool read_address(const char *text, struct host *h)
{
    if (strcmp(text, "-") == 0) {
        return true;
    }
    h->has_address = true;
    if (inet_pton(AF_INET, text, &h->address.v4.sin_addr) == 1) {
        h->address.v4.sin_family = AF_INET;
        return true;
    }
    if (inet_pton(AF_INET6, text, &h->address.v6.sin6_addr) == 1) {
        h->address.v6.sin6_family = AF_INET6;
        return true;
    }
    return false;
}

static bool read_flags(const char *text, struct host *h)
{
    if (strcmp(text, "-") == 0) {
        return true;
    }
    for (; *text; text++) {
        if (*text == 'c') {
            h->is_controller = true;
        } else if (*text == 'r') {
            h->is_range = true;
        } else {
            return false;
        }
    }
    return true;
}

static bool read_ports(const char *text, struct host *h)
{
    while (*text && strcmp(text, "-") != 0) {
        size_t n = strcspn(text, ",");
        uint32_t port = 0;
        if (!num_u32(text, n, &port) || port == 0 || port > 65535 ||
            h->rdp_port_count == HOST_RDP_MAX) {
            return false;
        }
        h->rdp_ports[h->rdp_port_count++] = (uint16_t)port;
        text += n;
        if (*text == ',' && *++text == '\0') {
            return false;
        }
    }
    return true;
}

/* Ends the field at *p and moves behind it; NULL when there is none. */
static char *next_field(char **p)
{
    char *field = *p;
    if (!field) {
        return NULL;
    }
    char *tab = strchr(field, '\t');
    if (tab) {
        *tab = '\0';
        *p = tab + 1;
    } else {
        *p = NULL;
    }
    return field;
}

static enum rc read_line(char *line, size_t number, struct host *h, struct err *err)
{
    char *p = line;
    const char *name = next_field(&p), *address = next_field(&p);
    const char *flags = next_field(&p), *rdp = next_field(&p);
    if (!rdp || p || !name_valid(name)) {
        return err_setf(err, RC_USAGE, "line %zu of the host list is not four fields with a name",
                        number);
    }
    if (!read_address(address, h)) {
        return err_setf(err, RC_USAGE, "line %zu of the host list: \"%s\" is not an address",
                        number, address);
    }
    if (!read_flags(flags, h) || !read_ports(rdp, h)) {
        return err_setf(err, RC_USAGE, "line %zu of the host list has unknown flags or ports",
                        number);
    }
    h->name = name;
    return RC_OK;
}

enum rc hosts_parse(char *text, size_t size, struct host_list *ret, struct err *err)
{
    struct host_list list = { .text = text };
    size_t lines = 0;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n' || i + 1 == size;
    }
    enum rc rc = RC_OK;
    if (memchr(text, '\0', size)) {
        rc = err_setf(err, RC_USAGE, "the host list holds a NUL");
    } else if (lines > HOSTS_MAX) {
        rc = err_setf(err, RC_USAGE, "the host list has more than %u lines", HOSTS_MAX);
    } else {
        list.hosts = calloc(lines ? lines : 1, sizeof(*list.hosts));
        rc = list.hosts ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the host list");
    }
    for (size_t at = 0; rc == RC_OK && at < size;) {
        char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - (text + at)) : size - at;
        text[at + length] = '\0';
        rc = read_line(text + at, list.count + 1, &list.hosts[list.count], err);
        list.count++;
        at += length + 1;
    }
    if (rc != RC_OK) {
        hosts_done(&list);
        return rc;
    }
    *ret = list;
    return RC_OK;
}

enum rc hosts_read(int fd, struct host_list *ret, struct err *err)
{
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < 0 || (uint64_t)st.st_size > TEXT_LIMIT) {
        return err_setf(err, RC_USAGE, "the task brings no host list, or one that is too long");
    }
    size_t size = (size_t)st.st_size, got = 0;
    char *text = malloc(size + 1);
    if (!text) {
        return err_setf(err, RC_NOMEM, "no memory for the host list");
    }
    while (got < size) {
        ssize_t n = pread(fd, text + got, size - got, (off_t)got);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            free(text);
            return err_setf(err, RC_IO, "the host list cannot be read");
        }
        got += (size_t)n;
    }
    text[size] = '\0';
    return hosts_parse(text, size, ret, err);
}

void hosts_done(struct host_list *list)
{
    free(list->hosts);
    free(list->text);
    *list = (struct host_list){ 0 };
}
