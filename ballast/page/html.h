/*
 * Texts of users in a page: what is markup there is written so that it is text again.
 */
#ifndef PAGE_HTML_H
#define PAGE_HTML_H

#include <stdio.h>

/* Into text and into attributes in either kind of quotes. */
void html_text(FILE *out, const char *text);
void html_format(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As a string of JSON inside a <script>: no '<' can end it. */
void html_json(FILE *out, const char *text);
/* Six digits; what is not finite is null. */
void html_json_number(FILE *out, double value);

#endif
