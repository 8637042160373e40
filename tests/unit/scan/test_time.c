/*
 * One VM at two moments: pages matched by their number, though the two images have other holes.
 */
#include "ballast/scan/scan.h"
#include "tests/check.h"
#include "tests/unit/traces/files.h"

/* A raw image of eight pages, of which the list names some. */
static struct tr_snapshot *image(struct files *files, const char *name, const char *values,
                                 const char *list)
{
    static uint8_t bytes[8 * 4096];
    char list_name[20];
    struct tr_snapshot *snapshot;
    for (size_t page = 0; page < 8; page++)
        memset(bytes + page * 4096, values[page], 4096);
    snprintf(list_name, sizeof list_name, "%s.ranges", name);
    file_put(files_path(files, list_name), list, strlen(list));
    const char *path = files_path(files, name);
    file_put(path, bytes, sizeof bytes);
    CHECK_EQ(tr_snapshot_open(path, &TR_SNAPSHOT_DEFAULTS, &snapshot, NULL), SIM_OK);
    return snapshot;
}

static void change_add__pages_in_both(void)
{
    struct files files;
    struct scan_change change = {0};
    files_init(&files);
    /* Pages 0, 1, 2, 4, 5, 6 (indices 0 to 5), then 1, 2, 3, 4, 6, 7. */
    struct tr_snapshot *from = image(&files, "from", "aabbccdd", "0-2fff\n4000-6fff\n");
    struct tr_snapshot *to = image(&files, "to", "aaxbcddd", "1000-4fff\n6000-7fff\n");
    const uint8_t before[] = {0x3f}; /* all shareable */
    const uint8_t after[] = {0x2f};  /* page 6 no more */
    scan_change_add(&change, from, before, to, after);
    CHECK_EQ(change.pages, 4);         /* 1, 2, 4, 6 */
    CHECK_EQ(change.changed_pages, 1); /* 2 */
    CHECK_EQ(change.shareable_pages, 4);
    CHECK_EQ(change.surviving_pages, 2); /* 1, 4 */
    const uint8_t one[] = {0x02};        /* page 1 was shareable only */
    scan_change_add(&change, from, one, to, after);
    CHECK_EQ(change.pages, 8);
    CHECK_EQ(change.shareable_pages, 5);
    CHECK_EQ(change.surviving_pages, 3);
    tr_snapshot_close(from);
    tr_snapshot_close(to);
    files_fini(&files);
}

TEST_SUITE(scan_time, TEST(change_add__pages_in_both))
