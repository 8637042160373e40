/*
 * Text for people, broken into lines at blanks.
 */
#ifndef SIM_PARAGRAPH_H
#define SIM_PARAGRAPH_H

#include <stdint.h>
#include <stdio.h>

/* How wide lines on `out` should be: as the terminal is, from 40 to 100; 80 where there is none.
 * The variable COLUMNS of the environment goes first. */
uint32_t sim_paragraph_columns(FILE *out);

/* Prints `text` in lines of at most `columns` characters (a UTF-8 character counts as one), each
 * behind `indent` blanks. A number stays with the word behind it, which is its unit. A word that is
 * longer than a line stands alone in a longer one. */
void sim_paragraph(FILE *out, uint32_t columns, uint32_t indent, const char *text);

#endif
