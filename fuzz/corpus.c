/*
 * Runs the corpora once, without a fuzzer, so that earlier findings do not come back.
 *
 *     fuzz-corpus FOLDER [TARGET]     every file of FOLDER/TARGET/ through its target
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

/* The path of the present input, to be read in a debugger after a crash. */
static char current[600];

static void run_file(const struct fuzz_target *target)
{
    FILE *file = fopen(current, "rb");
    uint8_t *bytes = malloc(1 << 20);

    FUZZ_CHECK(file != NULL && bytes != NULL);
    size_t count = fread(bytes, 1, 1 << 20, file);
    /* The block has exactly the size of the input, so that a read past its end is seen. */
    uint8_t *exact = malloc(count + (count == 0));
    FUZZ_CHECK(exact != NULL);
    memcpy(exact, bytes, count);
    target->run(exact, count);
    free(exact);
    free(bytes);
    fclose(file);
}

/* Returns how many inputs the target has. */
static unsigned run_target(const struct fuzz_target *target, const char *folder)
{
    char path[300];
    unsigned files = 0;
    snprintf(path, sizeof path, "%s/%s", folder, target->name);
    DIR *listing = opendir(path);
    for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(current, sizeof current, "%s/%s", path, entry->d_name);
        run_file(target);
        files++;
    }
    if (listing != NULL)
        closedir(listing);
    if (files == 0)
        fprintf(stderr, "fuzz: %s: expected a folder with inputs, found none\n", path);
    return files;
}

int main(int argc, char **argv)
{
    unsigned targets = 0, files = 0;
    bool all = true;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: fuzz-corpus FOLDER [TARGET]\n");
        return SIM_USAGE;
    }
    for (const struct fuzz_target *target = fuzz_targets; target->name != NULL; target++) {
        if (argc == 3 && strcmp(argv[2], target->name) != 0)
            continue;
        unsigned found = run_target(target, argv[1]);
        all = all && found > 0;
        targets++;
        files += found;
    }
    if (targets == 0 || !all)
        return SIM_FAILED;
    printf("fuzz: %u inputs of %u targets hold\n", files, targets);
    return SIM_OK;
}
