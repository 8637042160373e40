/*
 * Breaks text into lines.
 */
#include "sim/paragraph.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define COLUMNS_LEAST   40u
#define COLUMNS_MOST    100u /* longer lines are hard to read */
#define COLUMNS_DEFAULT 80u

uint32_t sim_paragraph_columns(FILE *out)
{
    struct winsize size;
    const char *wanted = getenv("COLUMNS");
    unsigned long columns = wanted != NULL ? strtoul(wanted, NULL, 10) : 0;
    if (columns == 0 && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    if (columns == 0)
        return COLUMNS_DEFAULT;
    return columns < COLUMNS_LEAST  ? COLUMNS_LEAST
           : columns > COLUMNS_MOST ? COLUMNS_MOST
                                    : (uint32_t)columns;
}

/* Characters of a word, not bytes. */
static uint32_t width_of(const char *word, size_t bytes)
{
    uint32_t width = 0;
    for (size_t i = 0; i < bytes; i++)
        width += ((unsigned char)word[i] & 0xc0) != 0x80;
    return width;
}

/* Bytes up to the next blank at which a line may end. */
static size_t word_bytes(const char *text)
{
    size_t bytes = strcspn(text, " \n");
    while (bytes > 0 && isdigit((unsigned char)text[bytes - 1]) && text[bytes] == ' ' &&
           text[bytes + 1] != ' ' && text[bytes + 1] != '\0')
        bytes += 1 + strcspn(text + bytes + 1, " \n");
    return bytes;
}

void sim_paragraph(FILE *out, uint32_t columns, uint32_t indent, const char *text)
{
    uint32_t at = 0; /* columns of this line that are filled */
    for (text += strspn(text, " \n"); *text != '\0'; text += strspn(text, " \n")) {
        size_t bytes = word_bytes(text);
        uint32_t width = width_of(text, bytes);
        if (at > 0 && at + 1 + width > columns) {
            fputc('\n', out);
            at = 0;
        }
        if (at == 0)
            at = (uint32_t)fprintf(out, "%*s", (int)indent, "");
        else
            at += fputc(' ', out) != EOF;
        fwrite(text, 1, bytes, out);
        at += width;
        text += bytes;
    }
    fputc('\n', out);
}
