/*
 * The style sheet and the script of the report, as bytes of the program. The assembler reads the
 * files, so they stay what they are: files that an editor and a browser understand.
 */
#include "ballast/report/page_internal.h"

#define EMBED(symbol, file)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".globl " #symbol "\n" #symbol ":\n"                                                   \
            ".incbin \"" file "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

EMBED(page_style, "ballast/report/page.css");
EMBED(page_script, "ballast/report/page.js");
