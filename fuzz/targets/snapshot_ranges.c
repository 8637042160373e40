/* The list of ranges beside a raw image. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/targets.h"
#include "traces/images/snapshot.h"

enum { IMAGE_BYTES = 64 * TR_DUMP_PAGE_BYTES };

static char folder[] = "/tmp/ballast-fuzz.XXXXXX", image[60], list[70];

static void remove_folder(void)
{
    unlink(list);
    unlink(image);
    rmdir(folder);
}

/* The range list is found by its name, so both files in memory get a name in a folder. */
static void name_files(const char *image_file, const char *list_file)
{
    FUZZ_CHECK(mkdtemp(folder) != NULL);
    snprintf(image, sizeof image, "%s/image", folder);
    snprintf(list, sizeof list, "%s.ranges", image);
    atexit(remove_folder);
    FUZZ_CHECK(symlink(image_file, image) == 0 && symlink(list_file, list) == 0);
}

void fuzz_snapshot_ranges(const uint8_t *bytes, size_t count)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    const char *list_file = fuzz_file(1, bytes, count);

    if (image[0] == '\0') {
        uint8_t *memory = calloc(1, IMAGE_BYTES);
        FUZZ_CHECK(memory != NULL);
        name_files(fuzz_file(0, memory, IMAGE_BYTES), list_file);
        free(memory);
    }
    options.raw = true;
    fuzz_snapshot(image, &options);
}
