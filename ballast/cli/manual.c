/*
 * The manual page ballast(1), in the man macros of roff. It is made from the constants of the
 * commands, the rows of their options, and the rows of the configuration.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/config/rows.h"
#include "ballast/run/run.h"
#include "sim/memory.h"

/* Writes text so that roff takes no character for a request or an escape. */
static void put_text(FILE *out, const char *text)
{
    bool begins_line = true;
    for (; *text != '\0'; text++) {
        if (begins_line && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        begins_line = *text == '\n';
    }
}

static void put_as_it_stands(FILE *out, const char *text)
{
    fputs(".PP\n.nf\n", out);
    put_text(out, text);
    fputs(text[0] != '\0' && text[strlen(text) - 1] == '\n' ? ".fi\n" : "\n.fi\n", out);
}

/* Writes what `print` prints, with its line ends. */
static void put_printed(FILE *out, void (*print)(const struct command *command, FILE *out),
                        const struct command *command)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *memory = sim_memory_stream(&text, &bytes);
    print(command, memory);
    fclose(memory);
    put_as_it_stands(out, text);
    free(text);
}

static void print_usage(const struct command *command, FILE *out)
{
    command_print_usage(command, "", out);
}

static void print_lists(const struct command *command, FILE *out)
{
    command->lists(out);
}

static void put_options(FILE *out, const struct option_group *group)
{
    if (strcmp(group->title, "Options") != 0) {
        fputs(".PP\n", out);
        put_text(out, group->title);
        fputs(":\n", out);
    }
    for (uint32_t i = 0; i < group->count; i++) {
        char text[COMMAND_OPTION_BYTES];
        fputs(".TP\n.B ", out);
        if (group->rows[i].letter != '\0')
            fprintf(out, "\\-%c, ", group->rows[i].letter);
        command_option_text(&group->rows[i], text);
        put_text(out, text);
        fputc('\n', out);
        put_text(out, group->rows[i].help);
        command_option_default(&group->rows[i], text);
        put_text(out, text);
        fputc('\n', out);
    }
}

static void put_command(FILE *out, const struct command *command)
{
    fprintf(out, ".SS %s\n", command->name);
    put_text(out, command->summary);
    fputs(".\n", out);
    put_printed(out, print_usage, command);
    if (command->text != NULL)
        put_as_it_stands(out, command->text);
    for (const struct option_group *group = command->groups; group != NULL && group->rows != NULL;
         group++)
        put_options(out, group);
    if (command->lists != NULL)
        put_printed(out, print_lists, command);
    if (command->examples != NULL)
        put_as_it_stands(out, command->examples);
    for (const struct command *const *part = command->parts; part != NULL && *part != NULL; part++)
        put_command(out, *part);
}

static void put_commands(FILE *out)
{
    fputs(".SH COMMANDS\n", out);
    for (const struct command *const *command = commands; *command != NULL; command++)
        put_command(out, *command);
}

static void put_rows(FILE *out, const char *title, const char *prefix,
                     const struct sim_section *section)
{
    if (section->count == 0)
        return;
    fprintf(out, ".SS %s\n", title);
    for (uint32_t i = 0; i < section->count; i++) {
        const struct sim_row *row = &section->rows[i];
        fprintf(out, ".TP\n.B %s", prefix);
        put_text(out, row->key);
        fputc('\n', out);
        put_text(out, row->help);
        if (row->unit[0] != '\0' && strchr(row->help, '(') == NULL)
            fprintf(out, " (%s)", row->unit);
        if (row->required)
            fputs("; required", out);
        else if (row->preset != NULL && row->preset[0] != '\0')
            fprintf(out, "; %s unless given", row->preset);
        fputc('\n', out);
    }
}

static void put_configuration(FILE *out)
{
    fputs(".SH CONFIGURATION\n"
          "An experiment is a YAML file. Its keys, as\n.B \\-\\-set\nand\n.B \\-\\-vary\ntake "
          "them:\n",
          out);
    put_rows(out, "The experiment", "", &config_top_section);
    put_rows(out, "A virtual machine", "vm.NAME.", &config_vm_section);
    put_rows(out, "Several virtual machines", "vm.NAME.", &config_entry_section);
    put_rows(out, "Its guest", "vm.NAME.", &config_guest_section);
    put_rows(out, "Its boot", "vm.NAME.boot.", &config_boot_section);
    put_rows(out, "Its workload, whichever it is", "vm.NAME.WORKLOAD.", &config_workload_section);
    for (uint32_t i = 0; i < wl_row_count; i++) {
        const struct sim_section *keys = &wl_rows[i]->keys;
        char title[80], prefix[80];
        snprintf(title, sizeof title, "Workload %s", keys->name);
        snprintf(prefix, sizeof prefix, "vm.NAME.%s.", keys->name);
        put_rows(out, title, prefix, keys);
    }
    for (uint32_t i = 0; i < CONFIG_PARTS; i++) {
        char prefix[80];
        snprintf(prefix, sizeof prefix, "%s.", config_parts[i].name);
        put_rows(out, config_parts[i].title, prefix, config_parts[i].section());
    }
}

void command_print_manual(FILE *out)
{
    fprintf(out,
            ".TH BALLAST 1 \"\" \"Ballast %s\" \"User Commands\"\n"
            ".SH NAME\n"
            "ballast \\- simulate how a hypervisor manages the memory of virtual machines\n"
            ".SH SYNOPSIS\n"
            ".B ballast\n.I COMMAND\n[\\fIARGUMENT\\fR...]\n"
            ".SH DESCRIPTION\n"
            "Ballast is a discrete-event simulator of the memory management of a hypervisor: "
            "ballooning, page sharing by content, working-set sampling, the idle memory tax, "
            "dynamic reallocation, admission control and I/O page remapping. It reproduces the "
            "experiments of C. A. Waldspurger, \\(lqMemory Resource Management in VMware ESX "
            "Server\\(rq (OSDI 2002), and runs experiments of one's own.\n",
            BALLAST_VERSION);
    put_commands(out);
    put_configuration(out);
    fputs(".SH EXIT STATUS\n"
          ".TP\n.B 0\ndone\n.TP\n.B 1\na comparison failed\n.TP\n.B 2\nusage or configuration\n"
          ".TP\n.B 3\nbad input data\n.TP\n.B 4\nthe system: disk full, database\n"
          ".PP\nAn error is one line on standard error.\n"
          ".SH FILES\n"
          ".TP\n.I " COMMAND_DEFAULT_DB "\nresults, an SQLite database with the tables run, param, "
          "series, result, event, decision and reference\n"
          ".TP\n.I experiments/NAME/\nan experiment: config.yaml, README.md, the paper's points\n"
          ".SH ENVIRONMENT\n"
          ".TP\n.B BALLAST_HOME\nthe folder with experiments/ and plots/; found beside the program "
          "unless told\n"
          ".TP\n.B BALLAST_CHECKS\nall: a run checks its own books at eight points on its way, "
          "whatever that costs\n",
          out);
}
