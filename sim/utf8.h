/*
 * UTF-8: which bytes of a text are characters. Text from outside, such as the name of a file, may
 * hold bytes that are none; formats such as JSON and XML are refused as a whole where they have
 * one.
 */
#ifndef SIM_UTF8_H
#define SIM_UTF8_H

/* How many bytes the character at `text` has; 0: there is none. Overlong forms, surrogates and
 * numbers above U+10FFFF are no characters (RFC 3629). 1 for the NUL at the end. */
unsigned sim_utf8_length(const char *text);

#endif
