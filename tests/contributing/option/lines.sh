add ballast/cli/cmd_list.c after 'static const struct option_row rows[] = {' <<'END'
    {.name = "example", .type = OPTION_FLAG, OPTION_IN(options, example), .help = "an example"},
END
add ballast/cli/cmd_list.c after 'struct options {' <<'END'
    bool example;
END
add ballast/cli/cmd_list.c before '    struct home_names names;' <<'END'
    if (options->example)
        puts("an example");
END
