/* JSON: commas, escapes, what JSON has no number for. */
#include <stdlib.h>

#include "experiments/json.h"
#include "tests/check.h"

static void json__nests_with_commas_and_escapes(void)
{
    char *text = NULL;
    size_t bytes = 0;
    struct json json;
    FILE *out = open_memstream(&text, &bytes);
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_text(&json, "a\"b", "c\\d\n\x01\xc3\xa9");
    json_number(&json, "n", 0.1);
    json_number(&json, "nan", NAN);
    json_text(&json, "null", NULL);
    json_open_list(&json, "list");
    json_bool(&json, NULL, true);
    json_bool(&json, NULL, false);
    json_close_list(&json);
    json_open_list(&json, "empty");
    json_close_list(&json);
    json_close_object(&json);
    json_end(&json);
    fclose(out);
    CHECK_TEXT(text,
               "{\n  \"a\\\"b\": \"c\\\\d\\u000a\\u0001\xc3\xa9\",\n  \"n\": 0.1,\n"
               "  \"nan\": null,\n  \"null\": null,\n  \"list\": [\n    true,\n    false\n  ],"
               "\n  \"empty\": []\n}\n");
    free(text);
}

TEST_SUITE(experiments_json, TEST(json__nests_with_commas_and_escapes))
