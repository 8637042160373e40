/*
 * The mutator: tokens, then statements, then the changes at each of them.
 *
 * The hazard is a change that cannot compile or that means nothing: it dies at once, whatever the
 * tests are worth, and flatters them. So a declaration is never dropped, a `*` is multiplication
 * only between spaces, and a function ends early only with a value that it can return.
 */
#include "tests/mutants/mutator.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { WORD, NUMBER, STRING, OPERATOR };

struct token {
    size_t begin, end;
    uint32_t line;
    enum kind kind;
};

struct source {
    const char *text;
    struct token *tokens; /* the last one is empty */
    size_t count, size;
};

static void *must(void *memory)
{
    if (!memory) {
        fprintf(stderr, "mutator: out of memory\n");
        abort();
    }
    return memory;
}

/* ---- Tokens ------------------------------------------------------------------------------ */

static void add_token(struct source *source, struct token token)
{
    if (source->count == source->size) {
        source->size = source->size * 2 + 256;
        source->tokens = must(realloc(source->tokens, source->size * sizeof token));
    }
    source->tokens[source->count++] = token;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static size_t operator_length(const char *text)
{
    static const char *const operators[] = {
        "<<=", ">>=", "...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
        "+=",  "-=",  "*=",  "/=", "&=", "|=", "^=", "%=", "++", "--", "->"};

    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (strncmp(text, operators[i], strlen(operators[i])) == 0)
            return strlen(operators[i]);
    }
    return 1;
}

/* Where what begins at `text` ends: a string or a character. */
static const char *quote_end(const char *text)
{
    char quote = *text++;

    while (*text && *text != quote)
        text += *text == '\\' && text[1] ? 2 : 1;
    return *text ? text + 1 : text;
}

static const char *comment_end(const char *text)
{
    const char *end = strstr(text + 2, "*/");

    return end ? end + 2 : text + strlen(text);
}

/* Where the line ends that goes on after each backslash at an end. */
static const char *directive_end(const char *text)
{
    while (*text && *text != '\n')
        text += *text == '\\' && text[1] ? 2 : 1;
    return text;
}

/* The value of `#define NAME value`; any other directive has none. */
static const char *defined_value(const char *text)
{
    const char *name = text + strlen("#define ");

    if (strncmp(text, "#define ", strlen("#define ")) != 0)
        return directive_end(text);
    while (is_word(*name))
        name++;
    return *name == '(' ? directive_end(text) : name;
}

static const char *token_end(const char *text, enum kind *kind)
{
    if (*text == '"' || *text == '\'') {
        *kind = STRING;
        return quote_end(text);
    }
    if (!is_word(*text)) {
        *kind = OPERATOR;
        return text + operator_length(text);
    }
    *kind = isdigit((unsigned char)*text) ? NUMBER : WORD;
    while (is_word(*text))
        text++;
    return text;
}

static void read_tokens(struct source *source)
{
    const char *text = source->text;
    uint32_t line = 1;

    while (*text) {
        struct token token = {.line = line};
        const char *begin = text;

        if (isspace((unsigned char)*text) || *text == '\\') {
            text++;
        } else if (text[0] == '/' && text[1] == '*') {
            text = comment_end(text);
        } else if (*text == '#') {
            text = defined_value(text);
        } else {
            text = token_end(text, &token.kind);
            token.begin = (size_t)(begin - source->text);
            token.end = (size_t)(text - source->text);
            add_token(source, token);
        }
        for (; begin < text; begin++)
            line += *begin == '\n';
    }
    add_token(source, (struct token){.begin = strlen(source->text),
                                     .end = strlen(source->text),
                                     .line = line,
                                     .kind = OPERATOR});
}

static bool is(const struct source *source, size_t at, const char *text)
{
    const struct token *token = &source->tokens[at < source->count ? at : source->count - 1];
    size_t length = token->end - token->begin;

    return strlen(text) == length && strncmp(source->text + token->begin, text, length) == 0;
}

static bool is_any(const struct source *source, size_t at, const char *const *texts)
{
    while (*texts && !is(source, at, *texts))
        texts++;
    return *texts != NULL;
}

/* ---- Mutants of one token ---------------------------------------------------------------- */

struct finder {
    struct source source;
    struct mutants *mutants;
    char function[MUTANT_MOST_NAME_BYTES];
    bool in_function;
    const char *answers[3]; /* what ends the function early: statements, then NULL */
};

/* The text is ours now. */
static void add(struct finder *finder, size_t begin, size_t end, uint32_t line, char *text)
{
    struct mutants *mutants = finder->mutants;
    struct mutant mutant = {.begin = begin, .end = end, .line = line, .text = text};

    if (finder->in_function)
        memcpy(mutant.function, finder->function, sizeof mutant.function);
    if (mutants->count == mutants->size) {
        mutants->size = mutants->size * 2 + 256;
        mutants->list = must(realloc(mutants->list, mutants->size * sizeof mutant));
    }
    mutants->list[mutants->count++] = mutant;
}

static void replace(struct finder *finder, const struct token *token, const char *text)
{
    add(finder, token->begin, token->end, token->line, must(strdup(text)));
}

static void mutate_operator(struct finder *finder, size_t at)
{
    static const struct {
        const char *old, *new[4];
    } rows[] = {
        {"<", {"<=", ">", ">="}},
        {"<=", {"<", ">", ">="}},
        {">", {">=", "<", "<="}},
        {">=", {">", "<", "<="}},
        {"==", {"!="}},
        {"!=", {"=="}},
        {"+", {"-"}},
        {"-", {"+"}},
        {"*", {"/"}},
        {"/", {"*"}},
        {"%", {"/"}},
        {"&", {"|"}},
        {"|", {"&"}},
        {"<<", {">>"}},
        {">>", {"<<"}},
        {"&&", {"||"}},
        {"||", {"&&"}},
        {"+=", {"-="}},
        {"-=", {"+="}},
        {"*=", {"/="}},
        {"/=", {"*="}},
        {"&=", {"|="}},
        {"|=", {"&="}},
    };
    const struct token *token = &finder->source.tokens[at];
    const char *text = finder->source.text;

    if (is(&finder->source, at, "++") || is(&finder->source, at, "--")) {
        replace(finder, token, text[token->begin] == '+' ? "--" : "++");
        return;
    }
    if (token->begin == 0 || text[token->begin - 1] != ' ' ||
        !isspace((unsigned char)text[token->end]))
        return;
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        if (!is(&finder->source, at, rows[row].old))
            continue;
        for (size_t i = 0; i < 4 && rows[row].new[i]; i++)
            replace(finder, token, rows[row].new[i]);
    }
}

/* One more and one less, in the base and of the type that it is written in. */
static void mutate_number(struct finder *finder, const struct token *token)
{
    const char *begin = finder->source.text + token->begin;
    bool is_hex = begin[0] == '0' && begin[1] == 'x';
    char *rest;
    unsigned long long value = strtoull(begin, &rest, is_hex ? 16 : 10);
    int suffix = (int)(finder->source.text + token->end - rest);

    for (int change = 1; change >= (value > 0 ? -1 : 1); change -= 2) {
        char text[64];

        snprintf(text, sizeof text, is_hex ? "0x%llx%.*s" : "%llu%.*s",
                 value + (unsigned long long)change, suffix, rest);
        replace(finder, token, text);
    }
}

static void mutate_token(struct finder *finder, size_t at)
{
    const struct token *token = &finder->source.tokens[at];

    if (token->kind == OPERATOR)
        mutate_operator(finder, at);
    else if (token->kind == NUMBER)
        mutate_number(finder, token);
}

/* ---- Mutants of statements --------------------------------------------------------------- */

/* The bracket that closes the one at `at`. */
static size_t closing(const struct source *source, size_t at)
{
    uint32_t depth = 0;

    for (; at + 1 < source->count; at++) {
        if (is_any(source, at, (const char *const[]){"(", "[", "{", NULL}))
            depth++;
        else if (is_any(source, at, (const char *const[]){")", "]", "}", NULL}) && --depth == 0)
            break;
    }
    return at;
}

/* The semicolon of the statement at `at`, brackets passed over. */
static size_t statement_end(const struct source *source, size_t at)
{
    while (at + 1 < source->count && !is(source, at, ";") && !is(source, at, "}")) {
        if (is_any(source, at, (const char *const[]){"(", "[", "{", NULL}))
            at = closing(source, at);
        at++;
    }
    return at;
}

static bool is_simple(const struct source *source, size_t at)
{
    static const char *const others[] = {"if",   "for",     "while", "switch", "else", "do",
                                         "case", "default", "{",     "}",      ";",    NULL};

    return !is_any(source, at, others);
}

static bool is_declaration(const struct source *source, size_t at)
{
    static const char *const words[] = {"const", "static", "struct", "enum", "union", NULL};
    const struct token *token = &source->tokens[at];

    if (is_any(source, at, words))
        return true;
    if (token[0].kind != WORD || is(source, at, "return") || is(source, at, "goto"))
        return false;
    return token[1].kind == WORD ||
           (is(source, at + 1, "*") && !isspace((unsigned char)source->text[token[1].end]));
}

/* Is this the last thing that a function with a value does? Without it the value is undefined. */
static bool is_last_return(const struct finder *finder, size_t at, size_t end)
{
    const struct source *source = &finder->source;
    size_t brace = source->tokens[end + 1].begin;

    return is(source, at, "return") && !is(source, at + 1, ";") && is(source, end + 1, "}") &&
           source->text[brace - 1] == '\n';
}

static void end_early(struct finder *finder, size_t at, bool is_alone)
{
    const struct source *source = &finder->source;
    const struct token *token = &source->tokens[at];
    size_t end = statement_end(source, at);

    if (is(source, at, "(") && is(source, at + 1, "void"))
        return;
    for (const char **answer = finder->answers; *answer; answer++) {
        if (strncmp(source->text + token->begin, *answer, strlen(*answer)) == 0)
            continue;
        if (!is_alone) {
            char text[32];

            snprintf(text, sizeof text, "%s ", *answer);
            add(finder, token->begin, token->begin, token->line, must(strdup(text)));
        } else if (is_simple(source, at)) {
            add(finder, token->begin, source->tokens[end].end, token->line, must(strdup(*answer)));
        }
    }
}

static void negate(struct finder *finder, size_t open)
{
    const struct source *source = &finder->source;
    size_t begin = source->tokens[open].begin;
    size_t end = source->tokens[closing(source, open)].end;
    size_t bytes = end - begin + sizeof "(!)";
    char *text = must(malloc(bytes));

    snprintf(text, bytes, "(!%.*s)", (int)(end - begin), source->text + begin);
    add(finder, begin, end, source->tokens[open].line, text);
}

/* A statement begins at `at`, alone under an if or a loop or else in a list. Answers where another
 * begins inside of it, or `at`. */
static size_t mutate_statement(struct finder *finder, size_t at, bool is_alone)
{
    const struct source *source = &finder->source;
    const struct token *token = &source->tokens[at];
    size_t end = statement_end(source, at);

    if (is(source, at, "case") || is(source, at, "default")) {
        while (at + 1 < source->count && !is(source, at, ":"))
            at++;
        return at + 1;
    }
    if (is(source, at, "else"))
        return at + 1;
    if (!is(source, at, "}") && !is(source, at, "{") && !is(source, at, ";"))
        end_early(finder, at, is_alone);
    if (is(source, at, "do"))
        return at + 1;
    if (is_simple(source, at)) {
        bool is_void = is(source, at, "(") && is(source, at + 1, "void");

        if (!is_void && !is_declaration(source, at) && !is_last_return(finder, at, end))
            add(finder, token->begin, source->tokens[end].end, token->line, must(strdup(";")));
        return at;
    }
    if (is(source, at, "if") || is(source, at, "while"))
        negate(finder, at + 1);
    return is(source, at + 1, "(") ? closing(source, at + 1) + 1 : at;
}

/* ---- Functions --------------------------------------------------------------------------- */

/* `body` is the function's first brace: before it stand, from behind, arguments, name and type. */
static void enter_function(struct finder *finder, size_t body)
{
    const struct source *source = &finder->source;
    bool is_void = false, is_bool = false, is_struct = false, is_pointer = false;
    size_t name = body - 1;

    while (name > 0 && closing(source, name) != body - 1)
        name--;
    name -= name > 0;
    for (size_t at = name; at > 0; at--) {
        is_pointer = is_pointer || is(source, at - 1, "*");
        is_void = is_void || is(source, at - 1, "void");
        is_bool = is_bool || is(source, at - 1, "bool");
        is_struct = is_struct || is(source, at - 1, "struct");
        if (source->tokens[at - 1].kind != WORD && !is(source, at - 1, "*"))
            break;
    }
    snprintf(finder->function, sizeof finder->function, "%.*s",
             (int)(source->tokens[name].end - source->tokens[name].begin),
             source->text + source->tokens[name].begin);
    finder->in_function = true;
    memset(finder->answers, 0, sizeof finder->answers);
    if (is_struct && !is_pointer)
        return;
    finder->answers[0] = "return 0;";
    if (is_void && !is_pointer)
        finder->answers[0] = "return;";
    if (is_bool && !is_pointer) {
        finder->answers[0] = "return false;";
        finder->answers[1] = "return true;";
    }
}

/* A function's body, with all that is in it; answers its last brace. */
static size_t mutate_function(struct finder *finder, size_t body)
{
    const struct source *source = &finder->source;
    size_t end = closing(source, body), next = body + 1;
    bool is_alone = false;

    enter_function(finder, body);
    for (size_t at = body + 1; at < end; at++) {
        if (at == next) {
            bool is_brace = is(source, at, "{") || is(source, at, "}");
            bool is_label = is(source, at, "case") || is(source, at, "default");
            size_t inner = mutate_statement(finder, at, is_alone);

            next = inner > at ? inner : is_brace ? at + 1 : statement_end(source, at) + 1;
            is_alone = inner > at && !is_label;
        }
        mutate_token(finder, at);
    }
    finder->in_function = false;
    return end;
}

void mutants_find(struct mutants *mutants, const char *text)
{
    struct finder finder = {.source = {.text = text}, .mutants = mutants};
    const struct source *source = &finder.source;

    read_tokens(&finder.source);
    for (size_t at = 0; at + 1 < source->count; at++) {
        bool is_body = is(source, at, "{") && at > 0 && is(source, at - 1, ")") &&
                       text[source->tokens[at].begin - 1] == '\n';

        if (is_body)
            at = mutate_function(&finder, at);
        else
            mutate_token(&finder, at);
    }
    free(finder.source.tokens);
}

void mutants_free(struct mutants *mutants)
{
    for (size_t i = 0; i < mutants->count; i++)
        free(mutants->list[i].text);
    free(mutants->list);
    *mutants = (struct mutants){.list = NULL};
}

/* ---- Texts ------------------------------------------------------------------------------- */

char *mutant_apply(const struct mutant *mutant, const char *source)
{
    size_t bytes = strlen(source) + strlen(mutant->text) + 1;
    char *text = must(malloc(bytes));

    snprintf(text, bytes, "%.*s%s%s", (int)mutant->begin, source, mutant->text,
             source + mutant->end);
    return text;
}

/* The lines that hold the bytes from `begin` to `end`, with single spaces; to be freed. */
static char *lines_around(const char *source, size_t begin, size_t end)
{
    char *text = must(malloc(strlen(source) + 1)), *to = text;

    while (begin > 0 && source[begin - 1] != '\n')
        begin--;
    end += strcspn(source + end, "\n");
    for (const char *from = source + begin; from < source + end; from++) {
        if (!isspace((unsigned char)*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    while (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
    return text;
}

char *mutant_old_lines(const struct mutant *mutant, const char *source)
{
    return lines_around(source, mutant->begin, mutant->end);
}

char *mutant_new_lines(const struct mutant *mutant, const char *source)
{
    char *changed = mutant_apply(mutant, source);
    char *lines = lines_around(changed, mutant->begin, mutant->begin + strlen(mutant->text));

    free(changed);
    return lines;
}
