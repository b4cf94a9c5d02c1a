/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checks schema: the form of a check as JSON Schema, from the same table as the loader. */
#include <string.h>

#include "rules/check.h"
#include "rules/commands.h"
#include "rules/question.h"

static void put_enum(struct wr *w, const char *name, const char *const *words, size_t count,
                     bool last)
{
    wr_printf(w, "    \"%s\": {\"enum\": [", name);
    for (size_t i = 0; i < count; i++) {
        wr_text(w, i ? ", " : "");
        put_json_text(w, words[i], strlen(words[i]));
    }
    wr_printf(w, "]}%s\n", last ? "" : ",");
}

static void put_properties(struct wr *w)
{
    wr_text(w, "  \"required\": [");
    bool first = true;
    for (size_t i = 0; i < check_key_count; i++) {
        if (check_keys[i].is_required) {
            wr_printf(w, "%s\"%s\"", first ? "" : ", ", check_keys[i].name);
            first = false;
        }
    }
    wr_text(w, "],\n  \"anyOf\": [{\"required\": [\"tests\"]}, {\"required\": [\"ask\"]}],\n"
               "  \"properties\": {\n");
    for (size_t i = 0; i < check_key_count; i++) {
        wr_printf(w, "    \"%s\": {\"description\": ", check_keys[i].name);
        put_json_text(w, check_keys[i].doc, strlen(check_keys[i].doc));
        wr_printf(w, ", \"allOf\": [%s]}%s\n", check_keys[i].schema,
                  i + 1 < check_key_count ? "," : "");
    }
    wr_text(w, "  },\n");
}

static void put_ask(struct wr *w)
{
    wr_printf(
        w,
        "    \"ask\": {\"type\": \"object\", \"required\": [\"question\"], \"additionalProperties\": false, "
        "\"properties\": {\"question\": {\"$ref\": \"#/$defs/text2\"}, \"hint\": {\"$ref\": \"#/$defs/text2\"}, "
        "\"can_not_apply\": {\"$ref\": \"#/$defs/text2\"}, \"needs_evidence\": {\"type\": \"boolean\"}, "
        "\"valid_days\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": %d}, "
        "\"answers\": {\"type\": \"array\", \"minItems\": 2, \"maxItems\": %d, \"items\": {\"type\": \"object\", "
        "\"required\": [\"id\", \"verdict\", \"en\", \"ja\"], \"additionalProperties\": false, \"properties\": {"
        "\"id\": {\"type\": [\"string\", \"boolean\"]}, \"verdict\": {\"enum\": [\"pass\", \"fail\"]}, "
        "\"en\": {\"type\": \"string\"}, \"ja\": {\"type\": \"string\"}}}}}},\n",
        (int)QUESTION_MAX_DAYS, (int)QUESTION_MAX_ANSWERS);
}

static void put_definitions(struct wr *w, const struct rules *r)
{
    wr_text(
        w,
        "  \"$defs\": {\n"
        "    \"text2\": {\"type\": \"object\", \"required\": [\"en\", \"ja\"], \"additionalProperties\": false, "
        "\"properties\": {\"en\": {\"type\": \"string\"}, \"ja\": {\"type\": \"string\"}}},\n"
        "    \"test\": {\"type\": \"object\", \"required\": [\"expect\"], \"additionalProperties\": false, "
        "\"properties\": {\"note\": {\"type\": \"string\"}, \"parameters\": {\"type\": \"object\"}, "
        "\"given\": {\"type\": \"object\", \"additionalProperties\": {\"type\": \"array\"}}, "
        "\"expect\": {\"type\": \"object\", \"minProperties\": 1}}},\n");
    put_ask(w);
    put_enum(w, "severity", severity_words, 5, false);
    const char *const *tags = vocabulary_names(r->arena, r->words.tags, r->words.tag_count);
    put_enum(w, "tag", tags, r->words.tag_count, false);
    const char *const *sources =
        vocabulary_names(r->arena, r->words.sources, r->words.source_count);
    put_enum(w, "source", sources, r->words.source_count, true);
    wr_text(w, "  }\n");
}

void rules_schema(const struct rules *r, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 8U << 20);
    wr_text(
        &w,
        "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "  \"title\": \"A check of Kagimori\",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n");
    put_properties(&w);
    put_definitions(&w, r);
    wr_text(&w, "}\n");
    (void)fwrite(w.data, 1, w.bad ? 0 : w.size, out);
}
