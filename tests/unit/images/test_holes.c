/* Pages that lie in holes of sparse files. */
#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/images/dump.h"

static const char *sparse(struct files *files)
{
    const char *path = files_path(files, "sparse");
    uint8_t page[4096];
    int file = open(path, O_CREAT | O_RDWR, 0600);

    memset(page, 7, sizeof page);
    CHECK_EQ(ftruncate(file, 16 * 4096), 0);
    CHECK_EQ(pwrite(file, page, sizeof page, 5 * 4096), 4096);
    CHECK_EQ(pwrite(file, page, sizeof page, 6 * 4096), 4096);
    CHECK_EQ(pwrite(file, page, sizeof page, 9 * 4096), 4096);
    close(file);
    return path;
}

static struct tr_snapshot *open_raw(const char *path, enum tr_snapshot_holes holes)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};

    options.raw = true;
    options.file_holes = holes;
    CHECK_EQ(tr_snapshot_open(path, &options, &snapshot, &error), SIM_OK);
    return snapshot;
}

static void holes__of_a_raw_image_are_counted_apart(void)
{
    struct files files;

    files_init(&files);
    const char *path = sparse(&files);
    for (int holes = TR_HOLES_APART; holes <= TR_HOLES_SKIP; holes++) {
        struct tr_snapshot *snapshot = open_raw(path, (enum tr_snapshot_holes)holes);
        bool is_zero = holes == TR_HOLES_ZERO;
        if (snapshot) {
            CHECK_EQ(tr_snapshot_facts(snapshot)->pages, is_zero ? 16 : 3);
            CHECK_EQ(tr_snapshot_facts(snapshot)->hole_pages, 13);
            CHECK_EQ(tr_snapshot_notes(snapshot)->count, holes == TR_HOLES_APART);
            CHECK_PAGE(snapshot, 6, 7);
            CHECK_PAGE(snapshot, 9, 7);
            CHECK_EQ(snapshot_page(snapshot, 0) != NULL, is_zero);
        }
        tr_snapshot_close(snapshot);
    }
    files_fini(&files);
}

/* A range that begins in the middle of a page has its pages elsewhere than the file system has its
 * blocks: a page of which a part is stored is stored. */
static void holes__and_ranges(void)
{
    static const char ranges[] = "0-1fff\n4000-4fff\n5800-87ff\n";
    struct files files;

    files_init(&files);
    const char *path = sparse(&files);
    file_put(files_path(&files, "sparse.ranges"), ranges, sizeof ranges - 1);
    struct tr_snapshot *snapshot = open_raw(path, TR_HOLES_SKIP);
    if (snapshot) {
        CHECK_EQ(tr_snapshot_facts(snapshot)->hole_pages, 4); /* 0, 1, 4 and 7 */
        CHECK_EQ(snapshot_page(snapshot, 4) == NULL, true);
        CHECK_PAGE(snapshot, 6, 7);
        CHECK(page_is(snapshot_page(snapshot, 5), 0, 0, 2048));
        CHECK(page_is(snapshot_page(snapshot, 5), 7, 2048, 4096));
    }
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

TEST_SUITE(images_holes, TEST(holes__of_a_raw_image_are_counted_apart), TEST(holes__and_ranges))
