/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few forms that the text of a check may have: a paragraph a line, `code` in a line, commands. */
#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"
#include "report/model.h"

struct rich {
    struct model *m;
    xmlNode *parent;
    struct wr command; /* gathered lines */
    bool fenced;       /* between ``` and ``` */
};

static void add_plain(struct model *m, xmlNode *node, const char *s, size_t n)
{
    const char *safe = n > 0 ? text_safe(m->a, s, n, 0) : NULL;
    xmlNode *content = safe ? xmlNewText(XML(safe)) : NULL;
    m->bad = m->bad || (n > 0 && (!content || !xmlAddChild(node, content)));
}

/* A line of text with `code`; a backquote without its partner stays as it is. */
static void add_inline(struct model *m, xmlNode *node, const char *s, size_t n)
{
    const char *end = s + n;
    while (s < end) {
        const char *open = memchr(s, '`', (size_t)(end - s));
        const char *close = open ? memchr(open + 1, '`', (size_t)(end - open - 1)) : NULL;
        if (!close) {
            break;
        }
        add_plain(m, node, s, (size_t)(open - s));
        add_plain(m, model_node(m, node, "code"), open + 1, (size_t)(close - open - 1));
        s = close + 1;
    }
    add_plain(m, node, s, (size_t)(end - s));
}

static void add_paragraph(struct rich *r, const char *s, size_t n)
{
    add_inline(r->m, model_node(r->m, r->parent, "p"), s, n);
}

/* Lines of a command keep their ends; all else in them is made safe. */
static void end_command(struct rich *r)
{
    if (r->command.size == 0) {
        return;
    }
    xmlNode *pre = model_node(r->m, r->parent, "pre");
    const char *s = (const char *)r->command.data;
    const char *end = s + r->command.size;
    while (s < end) {
        const char *line = memchr(s, '\n', (size_t)(end - s));
        const char *stop = line ? line : end;
        add_plain(r->m, pre, s, (size_t)(stop - s));
        if (line && line + 1 < end) {
            xmlNode *newline = xmlNewText(XML("\n"));
            r->m->bad = r->m->bad || !newline || !xmlAddChild(pre, newline);
        }
        s = stop + 1;
    }
    wr_clear(&r->command);
}

/* A command as administrators type it: a PowerShell verb and noun, or a tool of Windows. */
static bool is_command(const char *s, size_t n)
{
    static const char verbs[] =
        " Set Get New Add Remove Reset Enable Disable Test Update Move Unlock Clear Search Import"
        " Export Invoke Start Stop Restart Install Uninstall Grant Revoke Repair Find Register ";
    static const char tools[] =
        " netdom repadmin dsacls ntdsutil dsmod reg certutil klist secedit gpupdate setspn nltest"
        " wevtutil auditpol ksetup dcdiag net dnscmd samba-tool w32tm ";
    char word[24];
    size_t dash = 0;
    while (dash < n && s[dash] != '-' && s[dash] != ' ') {
        dash++;
    }
    if (dash == 0 || dash == n || dash + 3 > sizeof(word)) {
        return false;
    }
    (void)snprintf(word, sizeof(word), " %.*s ", (int)dash, s);
    if (s[dash] == '-') {
        return strstr(verbs, word) != NULL && dash + 1 < n && s[dash + 1] >= 'A' &&
               s[dash + 1] <= 'Z';
    }
    return strstr(tools, word) != NULL;
}

/* No sentence goes on behind the command. */
static bool ends_the_line(const char *s, size_t n)
{
    return n > 0 && s[n - 1] != '.' && !memmem(s, n, "。", 3) && !memmem(s, n, ". ", 2) &&
           !memmem(s, n, "; ", 2) && !memmem(s, n, ", ", 2);
}

/* Where a command starts that takes the rest of the line: at its start, or behind a colon or a full stop. n when none. */
static size_t find_command(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool starts =
            i == 0 || (i >= 2 && strncmp(s + i - 2, ": ", 2) == 0) ||
            (i >= 3 && (strncmp(s + i - 3, "：", 3) == 0 || strncmp(s + i - 3, "。", 3) == 0));
        if (starts && is_command(s + i, n - i) && ends_the_line(s + i, n - i)) {
            return i;
        }
    }
    return n;
}

static void take_line(struct rich *r, const char *s, size_t n)
{
    bool fence = n >= 3 && strncmp(s, "```", 3) == 0;
    size_t indent = strspn(s, " ");
    bool indented = indent >= 2 && indent < n;
    if (fence) {
        end_command(r);
        r->fenced = !r->fenced;
    } else if (r->fenced || indented) {
        size_t cut = r->fenced ? 0 : indent;
        wr_bytes(&r->command, s + cut, n - cut);
        wr_u8(&r->command, '\n');
    } else {
        size_t command = find_command(s, n);
        if (command > 0) {
            end_command(r);
            add_paragraph(r, s, command);
        }
        wr_bytes(&r->command, s + command, n - command);
        wr_bytes(&r->command, "\n", command < n ? 1 : 0);
    }
}

void model_rich(struct model *m, xmlNode *parent, const char *name, const char *text)
{
    struct rich r = { .m = m, .parent = model_node(m, parent, name) };
    wr_init(&r.command, strlen(text) * 2 + 16);
    while (*text) {
        size_t n = strcspn(text, "\n");
        take_line(&r, text, n);
        text += n + (text[n] == '\n');
    }
    end_command(&r);
    m->bad = m->bad || r.command.bad;
    wr_done(&r.command);
}
