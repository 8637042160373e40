/*
 * The text of an error is one line, whatever the text that it quotes holds, because scripts read
 * standard error line by line.
 */
#include "sim/error.h"

#include <stdarg.h>
#include <stdio.h>

int sim_error_set(struct sim_error *error, int status, const char *format, ...)
{
    if (error == NULL)
        return status;

    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    for (char *c = error->text; *c != '\0'; c++) {
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    }
    error->status = status;
    return status;
}
