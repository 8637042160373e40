/*
 * What a function writes into a stream, as a text.
 */
#ifndef TESTS_REPORT_WRITTEN_H
#define TESTS_REPORT_WRITTEN_H

#include <stdio.h>

/* WRITTEN(text, bytes, call): `text` becomes what `call` writes into `out`. */
#define WRITTEN(text, bytes, call)                                                                 \
    do {                                                                                           \
        FILE *out = fmemopen((text), (bytes), "w");                                                \
        memset((text), 0, (bytes));                                                                \
        call;                                                                                      \
        fclose(out);                                                                               \
    } while (0)

#endif
