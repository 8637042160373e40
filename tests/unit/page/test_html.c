/* Escapes. */
#include "ballast/page/html.h"

#include <math.h>

#include "tests/check.h"
#include "tests/unit/page/written.h"

static char text[400];

static void html_text__escapes_what_is_markup(void)
{
    WRITTEN(text, sizeof text, html_text(out, "<a href='x'>\"&\x01\n"));
    CHECK_TEXT(text, "&lt;a href=&#39;x&#39;&gt;&quot;&amp; \n");
    WRITTEN(text, sizeof text, html_format(out, "%d <%s>", 3, "b"));
    CHECK_TEXT(text, "3 &lt;b&gt;");
}

static void html_json__cannot_end_a_script(void)
{
    WRITTEN(text, sizeof text, html_json(out, "</script>\"\\\n\xc3\xa4"));
    CHECK_TEXT(text, "\"\\u003c/script>\\u0022\\u005c\\u000a\xc3\xa4\"");
}

static void html_json_number__is_null_where_there_is_none(void)
{
    WRITTEN(text, sizeof text, html_json_number(out, 0.5));
    CHECK_TEXT(text, "0.5");
    WRITTEN(text, sizeof text, html_json_number(out, NAN));
    CHECK_TEXT(text, "null");
    WRITTEN(text, sizeof text, html_json_number(out, INFINITY));
    CHECK_TEXT(text, "null");
}

TEST_SUITE(page_html, TEST(html_text__escapes_what_is_markup), TEST(html_json__cannot_end_a_script),
           TEST(html_json_number__is_null_where_there_is_none))
