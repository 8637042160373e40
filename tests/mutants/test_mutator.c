/* Which mutants a source has, written as `old lines -> new lines`. */
#include "tests/check.h"
#include "tests/mutants/mutator.h"

#include <stdlib.h>

/* All mutants of a source in one text, a line each. */
static char *mutants_of(const char *source)
{
    struct mutants mutants = {.list = NULL};
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    mutants_find(&mutants, source);
    for (size_t i = 0; i < mutants.count; i++) {
        char *old = mutant_old_lines(&mutants.list[i], source);
        char *new = mutant_new_lines(&mutants.list[i], source);
        fprintf(file, "%s -> %s\n", old, new);
        free(old);
        free(new);
    }
    fclose(file);
    mutants_free(&mutants);
    return text;
}

static void check_mutants(const char *source, const char *expected)
{
    char *found = mutants_of(source);
    CHECK_TEXT(found, expected);
    free(found);
}

/* The mutants of a statement, in a function that answers nothing. */
static void check_statement(const char *statement, const char *expected)
{
    char source[400];
    snprintf(source, sizeof source, "static void f(int a)\n{\n    %s\n}\n", statement);
    check_mutants(source, expected);
}

static void mutator__comparisons(void)
{
    check_mutants("x = a < b;", "x = a < b; -> x = a <= b;\n"
                                "x = a < b; -> x = a > b;\n"
                                "x = a < b; -> x = a >= b;\n");
    check_mutants("x = a >= b;", "x = a >= b; -> x = a > b;\n"
                                 "x = a >= b; -> x = a < b;\n"
                                 "x = a >= b; -> x = a <= b;\n");
    check_mutants("x = a == b;", "x = a == b; -> x = a != b;\n");
    check_mutants("x = a != b;", "x = a != b; -> x = a == b;\n");
}

static void mutator__operators(void)
{
    check_mutants("x = a + b;", "x = a + b; -> x = a - b;\n");
    check_mutants("x = a * b;", "x = a * b; -> x = a / b;\n");
    check_mutants("x = a & b;", "x = a & b; -> x = a | b;\n");
    check_mutants("x = a || b;", "x = a || b; -> x = a && b;\n");
    check_mutants("x |= ~b;", "x |= ~b; -> x &= ~b;\n");
    check_mutants("x++;", "x++; -> x--;\n");
}

/* Pointers, addresses and signs look like operators. */
static void mutator__only_what_is_binary(void)
{
    check_mutants("struct a *b; x = -c; x = (int)*d; x = f(&e, -g); x = h->i;", "");
}

static void mutator__numbers(void)
{
    check_mutants("x = 15u;", "x = 15u; -> x = 16u;\nx = 15u; -> x = 14u;\n");
    check_mutants("x = 0;", "x = 0; -> x = 1;\n");
    check_mutants("x = 0xffUL;", "x = 0xffUL; -> x = 0x100UL;\nx = 0xffUL; -> x = 0xfeUL;\n");
}

static void mutator__skips_comments_and_strings(void)
{
    check_mutants("/* 1 < 2 */ x = \"3 + \\\" 4\"; y = '\\''; z = '\"'; /* 5 \" */", "");
    check_mutants("/* an open comment: 1 + 1", "");
    check_mutants("\"an open string: 1 + 1", "");
}

static void mutator__values_of_defines_only(void)
{
    check_mutants("#include <a> /* 1 */\n#if A > 1\n#define F(x) \\\n    ((x) + 1)\n#endif\n", "");
    check_mutants("#define A 2\n", "#define A 2 -> #define A 3\n#define A 2 -> #define A 1\n");
}

static void mutator__drops_statements(void)
{
    check_statement("a = b;", "a = b; -> return; a = b;\na = b; -> ;\n");
    check_statement("g(a,\n      b);", "g(a, -> return; g(a,\ng(a, b); -> ;\n");
    check_statement("break;", "break; -> return; break;\nbreak; -> ;\n");
}

/* Without a declaration nothing would compile; a cast to void does nothing. */
static void mutator__keeps_declarations(void)
{
    check_statement("int b;", "int b; -> return; int b;\n");
    check_statement("(void)b;", "");
    check_statement("char *b = c;", "char *b = c; -> return; char *b = c;\n");
    check_statement("struct s b = {.c = d};",
                    "struct s b = {.c = d}; -> return; struct s b = {.c = d};\n");
}

static void mutator__negates_conditions(void)
{
    check_statement("if (a)\n        g();", "if (a) -> return; if (a)\n"
                                            "if (a) -> if (!(a))\n"
                                            "g(); -> return;\n"
                                            "g(); -> ;\n");
    check_statement("while (h(a))\n        ;", "while (h(a)) -> return; while (h(a))\n"
                                               "while (h(a)) -> while (!(h(a)))\n");
    check_statement("if (a) {\n    } else if (b) {\n    }",
                    "if (a) { -> return; if (a) {\n"
                    "if (a) { -> if (!(a)) {\n"
                    "} else if (b) { -> } else if (!(b)) {\n");
}

/* What stands alone under a head is replaced: what follows does not move under the head. */
static void mutator__statements_under_heads(void)
{
    check_statement("for (;;)\n        g();\n    h();", "for (;;) -> return; for (;;)\n"
                                                        "g(); -> return;\n"
                                                        "g(); -> ;\n"
                                                        "h(); -> return; h();\n"
                                                        "h(); -> ;\n");
    check_statement("do\n        g();\n    while (a);", "do -> return; do\n"
                                                        "g(); -> return;\n"
                                                        "g(); -> ;\n"
                                                        "while (a); -> return; while (a);\n"
                                                        "while (a); -> while (!(a));\n");
    check_statement("switch (a) {\n    case B:\n        g();\n    default:\n        h();\n    }",
                    "switch (a) { -> return; switch (a) {\n"
                    "g(); -> return; g();\n"
                    "g(); -> ;\n"
                    "h(); -> return; h();\n"
                    "h(); -> ;\n");
}

/* Each function ends early with a value of its type. */
static void mutator__early_returns(void)
{
    check_mutants("static bool f(void)\n{\n    return a;\n}\n",
                  "return a; -> return false; return a;\n"
                  "return a; -> return true; return a;\n");
    check_mutants("bool *f(void)\n{\n    return a;\n}\n", "return a; -> return 0; return a;\n");
    check_mutants("static struct s f(int (*g)(int))\n{\n    return a;\n}\n", "");
    check_mutants("#define A B\nint f(void)\n{\n    return 0;\n}\n", "return 0; -> return 1;\n");
}

static void mutator__knows_line_and_function(void)
{
    const char *source = "/* a\n */\nint a = 1;\n\nvoid f(void)\n{\n    x++;\n}\n\nint b = 0;\n";
    struct mutants mutants = {.list = NULL};
    mutants_find(&mutants, source);
    if (CHECK_EQ(mutants.count, 6)) {
        CHECK_EQ(mutants.list[0].line, 3);
        CHECK_TEXT(mutants.list[0].function, "");
        CHECK_EQ(mutants.list[2].line, 7);
        CHECK_TEXT(mutants.list[2].function, "f");
        CHECK_EQ(mutants.list[5].line, 10);
        CHECK_TEXT(mutants.list[5].function, "");
    }
    char *changed = mutant_apply(&mutants.list[0], source);
    CHECK_CONTAINS(changed, "*/\nint a = 2;\n\nvoid");
    free(changed);
    mutants_free(&mutants);
}

TEST_SUITE(mutants_mutator, TEST(mutator__comparisons), TEST(mutator__operators),
           TEST(mutator__only_what_is_binary), TEST(mutator__numbers),
           TEST(mutator__skips_comments_and_strings), TEST(mutator__values_of_defines_only),
           TEST(mutator__drops_statements), TEST(mutator__keeps_declarations),
           TEST(mutator__negates_conditions), TEST(mutator__statements_under_heads),
           TEST(mutator__early_returns), TEST(mutator__knows_line_and_function))
