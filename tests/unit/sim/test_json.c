/* JSON: commas, escapes, text that is not UTF-8, values that are no numbers of JSON. */
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

/* Checks how a text is written, without its quotes. */
static void check_written(const char *text, const char *expected)
{
    char *written = NULL;
    size_t bytes = 0;
    struct sim_json json;
    FILE *out = open_memstream(&written, &bytes);
    sim_json_begin(&json, out);
    sim_json_text(&json, NULL, text);
    sim_json_end(&json);
    fclose(out);
    CHECK(bytes >= 3);
    written[bytes - 2] = '\0'; /* the quote before the newline */
    CHECK_TEXT(written + 1, expected);
    free(written);
}

static void json_text__keeps_every_character_of_utf8(void)
{
    check_written("\x7f", "\x7f");
    check_written("\xc2\x80 \xdf\xbf", "\xc2\x80 \xdf\xbf");
    check_written("\xe0\xa0\x80 \xed\x9f\xbf \xef\xbf\xbf",
                  "\xe0\xa0\x80 \xed\x9f\xbf \xef\xbf\xbf");
    check_written("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf");
}

static void json_text__replaces_bytes_that_are_no_utf8(void)
{
    check_written("vm\xff.raw", "vm\\ufffd.raw");
    check_written("\xe9t\xe9", "\\ufffdt\\ufffd");     /* Latin-1 */
    check_written("a\xc3", "a\\ufffd");                /* cut at the end */
    check_written("\xe2\x82\"", "\\ufffd\\ufffd\\\""); /* a quote behind a cut character */
    check_written("\xc0\xaf", "\\ufffd\\ufffd");       /* overlong */
    check_written("\xe0\x9f\xbf", "\\ufffd\\ufffd\\ufffd");
    check_written("\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd");            /* a surrogate */
    check_written("\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"); /* above U+10FFFF */
    check_written("\xf0\x8f\xbf\xbf", "\\ufffd\\ufffd\\ufffd\\ufffd");
}

TEST_SUITE(sim_json, TEST(json_text__keeps_every_character_of_utf8),
           TEST(json_text__replaces_bytes_that_are_no_utf8),
           TEST(json__nests_with_commas_and_escapes))
