/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every profile of a folder in turn: its mistakes, what it says of itself, how many checks it selects; and the list of them. */
#include <string.h>

#include "audit/base/utf.h"
#include "rules/check.h"
#include "rules/commands.h"

/* What a profile changes of a check. */
struct kept {
    int severity;
    bool is_selected;
    struct parameter parameters[CHECK_MAX_PARAMETERS];
};

static void keep(const struct rules *r, struct kept *all)
{
    for (const struct check *c = r->checks; c; c = c->next, all++) {
        all->severity = c->severity;
        all->is_selected = c->is_selected;
        memcpy(all->parameters, c->parameters, sizeof(all->parameters));
    }
}

static void put_back(struct rules *r, const struct kept *all)
{
    for (struct check *c = r->checks; c; c = c->next, all++) {
        c->severity = all->severity;
        c->is_selected = all->is_selected;
        memcpy(c->parameters, all->parameters, sizeof(c->parameters));
    }
}

void profiles_load(struct rules *r, const char *directory)
{
    size_t count = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        count++;
    }
    struct kept *all = arena_array(r->arena, count + 1, sizeof(*all));
    struct profile_info **tail = &r->profiles;
    const char *const *names = profile_names(r->arena, directory, NULL);
    if (!all) {
        return;
    }
    keep(r, all);
    for (; *names; names++) {
        struct profile_info *p = arena_alloc(r->arena, sizeof(*p));
        if (!p) {
            return;
        }
        profile_apply_path(r, directory, NULL, *names, p);
        put_back(r, all);
        *tail = p;
        tail = &p->next;
    }
}

static void list_json(const struct rules *r, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4U << 20);
    wr_text(&w, "[");
    for (const struct profile_info *p = r->profiles; p; p = p->next) {
        wr_text(&w, p == r->profiles ? "\n  {\"name\": " : ",\n  {\"name\": ");
        put_json_text(&w, p->name, strlen(p->name));
        wr_printf(&w, ", \"checks\": %zu", p->selected);
        put_json_field(&w, "extends", p->extends);
        put_json_field(&w, "title_en", p->title.en);
        put_json_field(&w, "title_ja", p->title.ja);
        put_json_field(&w, "why_en", p->why.en);
        put_json_field(&w, "why_ja", p->why.ja);
        wr_text(&w, "}");
    }
    wr_text(&w, "\n]\n");
    (void)fwrite(w.data, 1, w.bad ? 0 : w.size, out);
}

static void print_profile(const struct profile_info *p, size_t width, bool ja, FILE *out)
{
    const char *lang = ja ? "ja" : "en";
    put_padded(out, p->name, width + 2, 0);
    (void)fprintf(out, "%s\n%*s", text2_in(&p->title, lang), (int)width + 2, "");
    (void)fprintf(out, ja ? "チェック %zu 件" : "%zu checks", p->selected);
    if (p->extends) {
        (void)fprintf(out, ja ? "、%s を継承" : ", extends %s", p->extends);
    }
    (void)fprintf(out, "\n");
    for (const char *line = text2_in(&p->why, lang); *line;) {
        size_t n = strcspn(line, "\n");
        (void)fprintf(out, "%*s%.*s\n", (int)width + 2, "", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

void rules_profiles(const struct rules *r, enum rules_format format, const char *lang, FILE *out)
{
    size_t width = 0, count = 0;
    if (format == RULES_JSON) {
        list_json(r, out);
        return;
    }
    for (const struct profile_info *p = r->profiles; p; p = p->next, count++) {
        size_t n = utf8_columns(p->name);
        width = n > width ? n : width;
    }
    bool ja = strcmp(lang, "ja") == 0;
    for (const struct profile_info *p = r->profiles; p; p = p->next) {
        print_profile(p, width, ja, out);
    }
    (void)fprintf(out,
                  ja ? "プロファイル %zu 件（--profile 名前 で使用します）\n"
                     : "%zu profiles (used by --profile NAME)\n",
                  count);
}
