/*
 * Help as text: the overview, and the page of a command, made from its constant and its rows.
 */
#include <stdio.h>
#include <string.h>

#include "ballast/cli/command.h"

enum { WIDTH = 98, OPTION_COLUMNS_MOST = 26 };

/* ---- Lines ------------------------------------------------------------------------------- */

/* Text that goes on in a new line, behind `indent` spaces, where a word would pass WIDTH. */
struct lines {
    FILE *out;
    size_t indent, column;
};

static void put_word(struct lines *lines, const char *word, size_t length)
{
    bool begins = lines->column == lines->indent;
    if (!begins && lines->column + 1 + length > WIDTH) {
        fprintf(lines->out, "\n%*s", (int)lines->indent, "");
        lines->column = lines->indent;
        begins = true;
    }
    fprintf(lines->out, "%s%.*s", begins ? "" : " ", (int)length, word);
    lines->column += length + !begins;
}

static void put_words(struct lines *lines, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        put_word(lines, text, length);
        text += length;
        text += strspn(text, " ");
    }
}

/* ---- Options ----------------------------------------------------------------------------- */

void command_option_text(const struct option_row *row, char text[COMMAND_OPTION_BYTES])
{
    int used = snprintf(text, COMMAND_OPTION_BYTES, "--%s", row->name);
    if (row->type == OPTION_WORD) {
        for (uint32_t i = 0; row->words[i] != NULL; i++)
            used += snprintf(text + used, COMMAND_OPTION_BYTES - (size_t)used, "%c%s",
                             i == 0 ? ' ' : '|', row->words[i]);
    } else if (row->argument != NULL) {
        snprintf(text + used, COMMAND_OPTION_BYTES - (size_t)used, " %s", row->argument);
    }
}

void command_option_default(const struct option_row *row, char text[COMMAND_OPTION_BYTES])
{
    text[0] = '\0';
    if (row->fallback != NULL)
        snprintf(text, COMMAND_OPTION_BYTES, " (default: %s)", row->fallback);
}

static void put_option(FILE *out, const struct option_row *row, size_t column)
{
    struct lines lines = {.out = out, .indent = column};
    char name[COMMAND_OPTION_BYTES], fallback[COMMAND_OPTION_BYTES];
    char letter[] = {'-', row->letter, ',', ' ', '\0'};

    command_option_text(row, name);
    command_option_default(row, fallback);
    lines.column = (size_t)fprintf(out, "  %s%s", row->letter != '\0' ? letter : "", name);
    if (lines.column + 2 > column)
        fprintf(out, "\n%*s", (int)column, "");
    else
        fprintf(out, "%*s", (int)(column - lines.column), "");
    lines.column = column;
    put_words(&lines, row->help);
    put_words(&lines, fallback + strspn(fallback, " "));
    fputc('\n', out);
}

static void put_group(FILE *out, const struct option_group *group)
{
    size_t column = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        char name[COMMAND_OPTION_BYTES];
        command_option_text(&group->rows[i], name);
        size_t needed = strlen(name) + (group->rows[i].letter != '\0' ? 8 : 4);
        if (needed > column && needed <= OPTION_COLUMNS_MOST)
            column = needed;
    }
    fprintf(out, "\n%s:\n", group->title);
    for (uint32_t i = 0; i < group->count; i++)
        put_option(out, &group->rows[i], column > 0 ? column : OPTION_COLUMNS_MOST);
}

/* ---- Commands ---------------------------------------------------------------------------- */

void command_print_usage(const struct command *command, const char *prefix, FILE *out)
{
    struct lines lines = {.out = out};
    char text[COMMAND_OPTION_BYTES], option[COMMAND_OPTION_BYTES + 8];

    lines.column = (size_t)fprintf(out, "%sballast %s", prefix, command->name);
    lines.indent = lines.column + 1;
    put_words(&lines, command->operands);
    for (const struct option_group *group = command->groups; group != NULL && group->rows != NULL;
         group++) {
        if (group->short_title != NULL) {
            put_word(&lines, group->short_title, strlen(group->short_title));
            continue;
        }
        for (uint32_t i = 0; i < group->count; i++) {
            const struct option_row *row = &group->rows[i];
            command_option_text(row, text);
            snprintf(option, sizeof option, "[%s]%s", text, row->type == OPTION_SETS ? "..." : "");
            put_word(&lines, option, strlen(option));
        }
    }
    if (command->tail != NULL)
        put_word(&lines, command->tail, strlen(command->tail));
    fputc('\n', out);
}

static void put_parts(const struct command *command, FILE *out)
{
    fputc('\n', out);
    for (const struct command *const *part = command->parts; *part != NULL; part++)
        fprintf(out, "  %-14s %s\n", (*part)->name, (*part)->summary);
    fprintf(out, "\n`ballast help %s PART` explains its options, with examples.\n", command->name);
}

void command_print_help(const struct command *command, FILE *out)
{
    command_print_usage(command, "usage: ", out);
    fprintf(out, "\n%s.\n", command->summary);
    if (command->text != NULL)
        fprintf(out, "\n%s", command->text);
    if (command->parts != NULL)
        put_parts(command, out);
    for (const struct option_group *group = command->groups; group != NULL && group->rows != NULL;
         group++)
        put_group(out, group);
    if (command->lists != NULL)
        command->lists(out);
    if (command->examples != NULL)
        fprintf(out, "\nExamples:\n%s", command->examples);
}

void command_print_overview(FILE *out)
{
    fprintf(out,
            "Ballast simulates how a hypervisor manages the memory of many virtual machines.\n\n"
            "usage: ballast COMMAND ...\n\n");
    for (const struct command *const *each = commands; *each != NULL; each++)
        fprintf(out, "  %-8s %s\n", (*each)->name, (*each)->summary);
    fprintf(out,
            "\n`ballast help COMMAND` explains its options, with examples. To begin with:\n\n"
            "  ballast list\n"
            "  ballast run fig7_idle_tax --seed 1\n"
            "  ballast plot fig7_idle_tax\n"
            "  ballast verify fig7_idle_tax\n\n"
            "Exit status: 0 done; 1 a comparison failed; 2 usage or configuration; 3 bad input "
            "data;\n4 the system (disk full, database); 130 interrupted.\n");
}
