/* JSON: commas, escapes, what JSON has no number for. */
#include <stdlib.h>

#include "sim/json.h"
#include "tests/check.h"

static void json__nests_with_commas_and_escapes(void)
{
    char *text = NULL;
    size_t bytes = 0;
    struct sim_json json;
    FILE *out = open_memstream(&text, &bytes);
    sim_json_begin(&json, out);
    sim_json_open_object(&json, NULL);
    sim_json_text(&json, "a\"b", "c\\d\n\x01\xc3\xa9");
    sim_json_number(&json, "n", 0.1);
    sim_json_number(&json, "nan", NAN);
    sim_json_text(&json, "null", NULL);
    sim_json_open_list(&json, "list");
    sim_json_bool(&json, NULL, true);
    sim_json_bool(&json, NULL, false);
    sim_json_close_list(&json);
    sim_json_open_list(&json, "empty");
    sim_json_close_list(&json);
    sim_json_close_object(&json);
    sim_json_end(&json);
    fclose(out);
    CHECK_TEXT(text,
               "{\n  \"a\\\"b\": \"c\\\\d\\u000a\\u0001\xc3\xa9\",\n  \"n\": 0.1,\n"
               "  \"nan\": null,\n  \"null\": null,\n  \"list\": [\n    true,\n    false\n  ],"
               "\n  \"empty\": []\n}\n");
    free(text);
}

TEST_SUITE(sim_json, TEST(json__nests_with_commas_and_escapes))
