/* Text that must not end the attribute or the element in which it stands. */
#include "sim/xml.h"

#include <stdlib.h>

#include "tests/check.h"

static void check_written(const char *text, const char *expected)
{
    char *written = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&written, &bytes);
    sim_xml_text(out, text);
    fclose(out);
    CHECK_TEXT(written, expected);
    free(written);
}

static void xml_text__escapes_what_is_markup(void)
{
    check_written("<script>alert('a' & \"b\")</script>",
                  "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
    check_written("]]>", "]]&gt;");
    check_written("a\tb\r\nc", "a&#9;b&#13;&#10;c");
    check_written("", "");
}

static void xml_text__replaces_what_xml_cannot_hold(void)
{
    check_written("a\x01\x1b[0m", "a\xef\xbf\xbd\xef\xbf\xbd[0m");
    check_written("\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd");
    check_written("vm\xff", "vm\xef\xbf\xbd");
    check_written("\xc3\xa9 \xf0\x9f\x98\x80", "\xc3\xa9 \xf0\x9f\x98\x80");
}

TEST_SUITE(sim_xml, TEST(xml_text__escapes_what_is_markup),
           TEST(xml_text__replaces_what_xml_cannot_hold))
