/*
 * Escaping for XML and HTML.
 */
#include "sim/xml.h"

#include <stdbool.h>
#include <string.h>

#include "sim/utf8.h"

/* What XML 1.0 cannot hold in any form: most control characters, U+FFFE and U+FFFF. */
static bool is_forbidden(const char *text)
{
    unsigned char c = (unsigned char)*text;
    if (strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0)
        return true;
    return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

void sim_xml_text(FILE *out, const char *text)
{
    for (unsigned length; *text != '\0'; text += length > 0 ? length : 1) {
        length = sim_utf8_length(text);
        if (length == 0 || is_forbidden(text))
            fputs("\xef\xbf\xbd", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '>')
            fputs("&gt;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else if (*text == '\'')
            fputs("&#39;", out);
        else if (*text == '\t' || *text == '\n' || *text == '\r')
            fprintf(out, "&#%d;", *text);
        else
            fwrite(text, 1, length, out);
    }
}
