/*
 * Chooses mutants of some sources at random and writes them:
 *
 *     mutate SEED COUNT FOLDER SOURCE...
 *
 * FOLDER/N.c is the N-th changed source. Standard output has a line for each, with tabs between:
 * N, the source's file, the line, the function, the lines as they are, the lines as they become.
 * The same seed and sources give the same mutants.
 */
#include "tests/mutants/mutator.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
    const char *path;
    char *text;
    struct mutants mutants;
};

static uint64_t next_random(uint64_t *state)
{
    uint64_t value = *state += UINT64_C(0x9e3779b97f4a7c15);

    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    if (file && getdelim(&text, &size, '\0', file) >= 0) {
        fclose(file);
        return text;
    }
    perror(path);
    exit(2);
}

static bool write_file(const char *folder, size_t number, const char *text)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%zu.c", folder, number);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        return false;
    }
    return true;
}

static bool write_mutant(const struct file *file, const struct mutant *mutant, const char *folder,
                         size_t number)
{
    char *old = mutant_old_lines(mutant, file->text), *new = mutant_new_lines(mutant, file->text);
    char *changed = mutant_apply(mutant, file->text);
    bool is_written = write_file(folder, number, changed);

    printf("%zu\t%s\t%" PRIu32 "\t%s\t%s\t%s\n", number, file->path, mutant->line,
           mutant->function[0] ? mutant->function : "-", old, new);
    free(old);
    free(new);
    free(changed);
    return is_written;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: mutate SEED COUNT FOLDER SOURCE...\n");
        return 2;
    }
    uint64_t random = strtoull(argv[1], NULL, 10);
    size_t wanted = strtoull(argv[2], NULL, 10), files = (size_t)argc - 4, all = 0, at = 0;
    struct file *file = calloc(files, sizeof *file);
    if (!file)
        return 2;
    for (size_t i = 0; i < files; i++) {
        file[i] = (struct file){.path = argv[4 + i], .text = read_file(argv[4 + i])};
        mutants_find(&file[i].mutants, file[i].text);
        all += file[i].mutants.count;
    }
    fprintf(stderr, "%zu mutants are possible\n", all);
    bool is_good = true;
    size_t written = 0;
    for (size_t i = 0; i < files; i++) {
        /* Each is chosen with the chance that leaves just as many as are wanted. */
        for (size_t j = 0; j < file[i].mutants.count; j++, at++) {
            if (next_random(&random) % (all - at) >= (wanted < all ? wanted : all) - written)
                continue;
            is_good &= write_mutant(&file[i], &file[i].mutants.list[j], argv[3], ++written);
        }
        mutants_free(&file[i].mutants);
        free(file[i].text);
    }
    free(file);
    return is_good ? 0 : 2;
}
