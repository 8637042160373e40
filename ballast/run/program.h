/*
 * Which program this is: stored with every run, and printed by `ballast --version`.
 */
#ifndef RUN_PROGRAM_H
#define RUN_PROGRAM_H

#include <stdio.h>

#define BALLAST_VERSION "0.1" /* the release */

/*
 * What the program was built from:
 *   COMMIT             the first 12 digits of the commit
 *   COMMIT-dirty.HASH  a source file differed from the commit
 *   program.HASH       there was no git
 * HASH is that of the program file itself: two programs that differ never have the same build.
 */
const char *program_build(void);

/* The release, the build, the compiler and the libraries. */
void program_print(FILE *out);

#endif
