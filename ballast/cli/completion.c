/*
 * Completion for shells, made from the constants of the commands and the rows of their options.
 *
 * Both scripts hold a table of commands and options. What depends on the experiments (their names,
 * their keys, their VMs) they ask the program for while the user types.
 */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "ballast/cli/command.h"

/* What stands for a value, and how a script completes it. */
enum value_kind {
    VALUE_NONE,
    VALUE_ANY,
    VALUE_FILE,
    VALUE_FOLDER,
    VALUE_WORDS,
    VALUE_KEY,
    VALUE_VM,
    VALUE_METRIC
};

static enum value_kind value_kind_of(const struct option_row *row)
{
    switch (row->type) {
    case OPTION_FLAG:
    case OPTION_CHOICE:
        return VALUE_NONE;
    case OPTION_FILE:
        return VALUE_FILE;
    case OPTION_FOLDER:
        return VALUE_FOLDER;
    case OPTION_WORD:
        return VALUE_WORDS;
    case OPTION_SETS:
        return VALUE_KEY;
    default:
        return strcmp(row->name, "vm") == 0       ? VALUE_VM
               : strcmp(row->name, "only") == 0   ? VALUE_METRIC
               : strcmp(row->name, "metric") == 0 ? VALUE_METRIC
                                                  : VALUE_ANY;
    }
}

/* What the operands of a command are, by the words of its usage line. */
static const char *operands_of(const struct command *command)
{
    if (strstr(command->operands, "EXPERIMENT") != NULL ||
        strstr(command->operands, "FIGURE") != NULL)
        return "experiment";
    if (strstr(command->operands, "COMMAND") != NULL)
        return "command";
    return command->operands[0] != '\0' ? "file" : "none";
}

static const char *own_name(const struct command *command)
{
    const char *space = strrchr(command->name, ' ');
    return space != NULL ? space + 1 : command->name;
}

static void put_names(const struct command *const *list, FILE *out)
{
    for (const struct command *const *each = list; *each != NULL; each++)
        fprintf(out, "%s%s", each == list ? "" : " ", own_name(*each));
}

static void each_row(const struct command *command,
                     void (*put)(const struct option_row *row, FILE *out), FILE *out)
{
    for (const struct option_group *group = command->groups; group != NULL && group->rows != NULL;
         group++)
        for (uint32_t i = 0; i < group->count; i++)
            put(&group->rows[i], out);
}

static void each_command(void (*put)(const struct command *command, FILE *out), FILE *out)
{
    for (const struct command *const *each = commands; *each != NULL; each++) {
        put(*each, out);
        for (const struct command *const *part = (*each)->parts; part != NULL && *part != NULL;
             part++)
            put(*part, out);
    }
}

/* ---- bash -------------------------------------------------------------------------------- */

static void bash_put_option(const struct option_row *row, FILE *out)
{
    fprintf(out, " --%s", row->name);
}

/* "--format:svg|png|pdf --out:folder -o:folder": the options that take a value. */
static void bash_put_value(const struct option_row *row, FILE *out)
{
    static const char *const kinds[] = {
        [VALUE_ANY] = "any", [VALUE_FILE] = "file", [VALUE_FOLDER] = "folder",
        [VALUE_KEY] = "key", [VALUE_VM] = "vm",     [VALUE_METRIC] = "metric"};
    enum value_kind kind = value_kind_of(row);
    if (kind == VALUE_NONE)
        return;
    for (int is_short = 0; is_short <= (row->letter != '\0'); is_short++) {
        if (is_short)
            fprintf(out, " -%c:", row->letter);
        else
            fprintf(out, " --%s:", row->name);
        if (kind != VALUE_WORDS)
            fputs(kinds[kind], out);
        for (uint32_t i = 0; kind == VALUE_WORDS && row->words[i] != NULL; i++)
            fprintf(out, "%s%s", i == 0 ? "" : "|", row->words[i]);
    }
}

static void bash_put_command(const struct command *command, FILE *out)
{
    fprintf(out, "    '%s')\n        options='--help", command->name);
    each_row(command, bash_put_option, out);
    fputs("'\n        values='", out);
    each_row(command, bash_put_value, out);
    fputs("'\n        operands='", out);
    if (command->parts != NULL)
        put_names(command->parts, out);
    else
        fputs(operands_of(command), out);
    fputs("' ;;\n", out);
}

static const char bash_end[] =
    "    esac\n"
    "}\n"
    "\n"
    "# Names of experiments, and files in YAML.\n"
    "_ballast_experiments() {\n"
    "    compgen -W \"$(ballast list 2>/dev/null | awk 'NR > 2 { print $1 }')\" -- \"$1\"\n"
    "    compgen -f -X '!*.yaml' -- \"$1\"\n"
    "    compgen -f -X '!*.yml' -- \"$1\"\n"
    "    compgen -d -S / -- \"$1\"\n"
    "}\n"
    "\n"
    "# The keys of the experiment on the command line, else the tunables of the policy.\n"
    "_ballast_keys() {\n"
    "    if [ -n \"$1\" ]; then ballast params \"$1\" 2>/dev/null | sed -n 's/^\\([a-z][^ "
    "=]*\\)=.*/\\1/p'\n"
    "    else ballast params 2>/dev/null | awk '$1 ~ /^policy\\./ { print $1 }'; fi\n"
    "}\n"
    "\n"
    "_ballast() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at command options "
    "values\n"
    "    local operands pair kind='' experiment='' first=2\n"
    "    COMPREPLY=()\n"
    "    # bash cuts words at '='.\n"
    "    if [ \"$cur\" = = ]; then cur=''\n"
    "    elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
    "    command=${COMP_WORDS[1]}\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$_ballast_commands --help --version\" -- "
    "\"$cur\")\n"
    "        return\n"
    "    fi\n"
    "    _ballast_command \"$command\"\n"
    "    if [ \"$COMP_CWORD\" -gt 2 ]; then\n"
    "        for pair in $operands; do\n"
    "            [ \"$pair\" = \"${COMP_WORDS[2]}\" ] || continue\n"
    "            _ballast_command \"$command $pair\"\n"
    "            first=3\n"
    "        done\n"
    "    fi\n"
    "    # The first word that is no option and no value of one.\n"
    "    for ((at = first; at < COMP_CWORD; at++)); do\n"
    "        case ${COMP_WORDS[at]} in\n"
    "        =) ;;\n"
    "        -*) [[ $values != *\" ${COMP_WORDS[at]}:\"* ]] || ((at++)) ;;\n"
    "        *) [ \"${COMP_WORDS[at-1]}\" = = ] || [ -n \"$experiment\" ] || "
    "experiment=${COMP_WORDS[at]} ;;\n"
    "        esac\n"
    "    done\n"
    "    for pair in $values; do\n"
    "        [ \"${pair%%:*}\" != \"$prev\" ] || kind=${pair#*:}\n"
    "    done\n"
    "    if [ -z \"$kind\" ] && [[ $cur == -* ]]; then kind=options\n"
    "    elif [ -z \"$kind\" ]; then kind=$operands; fi\n"
    "    case $kind in\n"
    "    any | none) ;;\n"
    "    options) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\") ;;\n"
    "    command) mapfile -t COMPREPLY < <(compgen -W \"$_ballast_commands\" -- \"$cur\") ;;\n"
    "    experiment) mapfile -t COMPREPLY < <(_ballast_experiments \"$cur\") ;;\n"
    "    file) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") && compopt -o filenames "
    "2>/dev/null ;;\n"
    "    folder) mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") && compopt -o filenames "
    "2>/dev/null ;;\n"
    "    key)\n"
    "        mapfile -t COMPREPLY < <(compgen -S = -W \"$(_ballast_keys \"$experiment\")\" -- "
    "\"$cur\")\n"
    "        compopt -o nospace 2>/dev/null ;;\n"
    "    vm)\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$(_ballast_keys \"$experiment\" |\n"
    "            sed -n 's/^vm\\.\\([^.]*\\)\\..*/\\1/p' | sort -u)\" -- \"$cur\") ;;\n"
    "    metric)\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$(ballast params --metrics 2>/dev/null |\n"
    "            awk 'NR > 2 { print $1 }')\" -- \"$cur\") ;;\n"
    "    *) mapfile -t COMPREPLY < <(compgen -W \"${kind//|/ }\" -- \"$cur\") ;;\n"
    "    esac\n"
    "    return 0\n"
    "}\n"
    "complete -F _ballast ballast\n";

static void bash_print(FILE *out)
{
    fputs("# Completion of ballast(1) for bash, made by `ballast help --completion bash`.\n"
          "# shellcheck shell=bash\n\n_ballast_commands='",
          out);
    put_names(commands, out);
    fputs("'\n\n# What the command $1 takes.\n_ballast_command() {\n"
          "    options='' values='' operands=none\n    case $1 in\n",
          out);
    each_command(bash_put_command, out);
    fputs(bash_end, out);
}

/* ---- zsh --------------------------------------------------------------------------------- */

/* In single quotes, and where zsh takes colons and brackets for its own. */
static void zsh_put_text(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (strchr(":[]\\", *text) != NULL)
            fputc('\\', out);
        if (*text == '\'')
            fputs("'\\'", out);
        fputc(*text, out);
    }
}

static void zsh_put_action(const struct option_row *row, FILE *out)
{
    static const char *const actions[] = {[VALUE_ANY] = " ",
                                          [VALUE_FILE] = "_files",
                                          [VALUE_FOLDER] = "_files -/",
                                          [VALUE_KEY] = "_ballast_keys",
                                          [VALUE_VM] = "_ballast_vms",
                                          [VALUE_METRIC] = "_ballast_metrics"};
    enum value_kind kind = value_kind_of(row);
    if (kind == VALUE_NONE)
        return;
    fputc(':', out);
    zsh_put_text(row->argument != NULL ? row->argument : row->name, out);
    fputc(':', out);
    if (kind != VALUE_WORDS) {
        fputs(actions[kind], out);
        return;
    }
    for (uint32_t i = 0; row->words[i] != NULL; i++)
        fprintf(out, "%c%s", i == 0 ? '(' : ' ', row->words[i]);
    fputc(')', out);
}

static void zsh_put_row(const struct option_row *row, FILE *out)
{
    bool repeats = row->type == OPTION_SETS;
    for (int is_short = 0; is_short <= (row->letter != '\0'); is_short++) {
        fprintf(out, " \\\n            '%s", repeats ? "*" : "");
        if (is_short)
            fprintf(out, "-%c[", row->letter);
        else
            fprintf(out, "--%s[", row->name);
        zsh_put_text(row->help, out);
        fputc(']', out);
        zsh_put_action(row, out);
        fputc('\'', out);
    }
}

static void zsh_put_command(const struct command *command, FILE *out)
{
    fprintf(out, "    '%s')\n        _arguments '--help[explain the command]'", command->name);
    each_row(command, zsh_put_row, out);
    const char *operands = operands_of(command);
    if (command->parts != NULL) {
        fputs(" \\\n            '1:part:(", out);
        put_names(command->parts, out);
        fputs(")' '*::argument:->part' && return 0\n"
              "        [ \"$state\" != part ] || _ballast_command \"$1 $words[1]\" ;;\n",
              out);
        return;
    }
    if (strcmp(operands, "none") != 0)
        fprintf(out, " \\\n            '*:%s:%s'", operands,
                strcmp(operands, "file") == 0         ? "_files"
                : strcmp(operands, "experiment") == 0 ? "_ballast_experiments"
                                                      : "_ballast_commands");
    fputs(" ;;\n", out);
}

static void zsh_put_described(FILE *out)
{
    for (const struct command *const *each = commands; *each != NULL; each++) {
        fprintf(out, "        '%s:", (*each)->name);
        zsh_put_text((*each)->summary, out);
        fputs("'\n", out);
    }
}

static void zsh_print(FILE *out)
{
    fputs("#compdef ballast\n"
          "# Completion of ballast(1) for zsh, made by `ballast help --completion zsh`.\n\n"
          "_ballast_commands() {\n    local -a described=(\n",
          out);
    zsh_put_described(out);
    fputs("    )\n"
          "    _describe command described\n"
          "}\n"
          "\n"
          "_ballast_experiments() {\n"
          "    local -a names=(${(f)\"$(ballast list 2>/dev/null | awk 'NR > 2 { print $1 }')\"})\n"
          "    compadd -a names\n"
          "    _files -g '*.(yaml|yml)'\n"
          "}\n"
          "\n"
          "# The keys of the experiment on the command line, else the tunables of the policy.\n"
          "_ballast_known_keys() {\n"
          "    local word\n"
          "    for word in ${words[2,CURRENT-1]}; do\n"
          "        reply=(${(f)\"$(ballast params $word 2>/dev/null | sed -n 's/^\\([a-z][^ "
          "=]*\\)=.*/\\1/p')\"})\n"
          "        [[ -z $reply ]] || return 0\n"
          "    done\n"
          "    reply=(${(f)\"$(ballast params 2>/dev/null | awk '$1 ~ /^policy\\./ { print $1 "
          "}')\"})\n"
          "}\n"
          "\n"
          "_ballast_keys() {\n"
          "    local -a reply\n"
          "    _ballast_known_keys\n"
          "    compadd -S = -a reply\n"
          "}\n"
          "\n"
          "_ballast_vms() {\n"
          "    local -a reply\n"
          "    _ballast_known_keys\n"
          "    reply=(${(M)reply:#vm.*})\n"
          "    reply=(${${reply#vm.}%%.*})\n"
          "    compadd -a reply\n"
          "}\n"
          "\n"
          "_ballast_metrics() {\n"
          "    local -a names=(${(f)\"$(ballast params --metrics 2>/dev/null | awk 'NR > 2 { print "
          "$1 }')\"})\n"
          "    compadd -a names\n"
          "}\n"
          "\n"
          "_ballast_command() {\n"
          "    local state\n"
          "    local -a line\n"
          "    case $1 in\n",
          out);
    each_command(zsh_put_command, out);
    fputs("    esac\n"
          "}\n"
          "\n"
          "_ballast() {\n"
          "    local state\n"
          "    local -a line\n"
          "    _arguments -C '--help[explain the commands]' '--version[say which program this is]' "
          "\\\n"
          "        '1:command:_ballast_commands' '*::argument:->argument' && return 0\n"
          "    [[ $state != argument ]] || _ballast_command \"$words[1]\"\n"
          "}\n"
          "\n"
          "_ballast \"$@\"\n",
          out);
}

const char *const command_shells[] = {"bash", "zsh", NULL};

void command_print_completion(const char *shell, FILE *out)
{
    if (strcmp(shell, "bash") == 0)
        bash_print(out);
    else
        zsh_print(out);
}
