/*
 * The style sheet and the script of the report, as bytes of the program. The assembler reads the
 * files, so they stay what they are: files that an editor and a browser understand.
 */
#include "ballast/page/internal.h"

#define EMBED(symbol, file)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".globl " #symbol "\n" #symbol ":\n"                                                   \
            ".incbin \"" file "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

EMBED(page_style, "ballast/page/page.css");
EMBED(page_script, "ballast/page/page.js");
