/*
 * Files for tests: paths in a temporary folder, and whole files that are written and read at once.
 */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct files {
    char dir[64];
    char *names[16]; /* that files_path() has given */
    unsigned used;
};

static inline void files_init(struct files *files)
{
    files->used = 0;
    snprintf(files->dir, sizeof files->dir, "/tmp/ballast-test-XXXXXX");
    if (!mkdtemp(files->dir))
        abort();
}

/* The path of a file of this name in the temporary folder; valid until files_fini(). */
static inline const char *files_path(struct files *files, const char *name)
{
    char **path = &files->names[files->used++];
    if (files->used > sizeof files->names / sizeof *files->names ||
        asprintf(path, "%s/%s", files->dir, name) < 0)
        abort();
    return *path;
}

static inline unsigned files_count(const struct files *files)
{
    DIR *dir = opendir(files->dir);
    unsigned count = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}

static inline void files_fini(struct files *files)
{
    DIR *dir = opendir(files->dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    rmdir(files->dir);
    while (files->used > 0)
        free(files->names[--files->used]);
}

static inline void file_put(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, count, file) != count || fclose(file) != 0)
        abort();
}

/* Reads a whole file. The caller frees the bytes. */
static inline uint8_t *file_get(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 24);
    if (!file || !bytes)
        abort();
    *count = fread(bytes, 1, 1 << 24, file);
    fclose(file);
    return bytes;
}

#endif
