/*
 * Opening a memory image: paths that name no file, and formats that are known but not read.
 */
#include <sys/stat.h>

#include "tests/unit/images/dump.h"

static void refused_path(const char *path, const char *text)
{
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    CHECK_EQ(tr_snapshot_open(path, &TR_SNAPSHOT_DEFAULTS, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, text);
    CHECK(snapshot == NULL);
}

static void open__what_is_no_file(void)
{
    struct files files;
    files_init(&files);
    const char *pipe = files_path(&files, "pipe");
    CHECK_EQ(mkfifo(pipe, 0600), 0);
    refused_path(pipe, "expected a file, found a pipe"); /* at once, though nobody writes to it */
    refused_path(files.dir, "expected a file, found a directory");
    refused_path("/dev/zero", "expected a file, found a device");
    refused_path(files_path(&files, "none"), "cannot open");
    const char *empty = files_path(&files, "empty");
    file_put(empty, "", 0);
    refused_path(empty, "expected a memory image, found an empty file");
    files_fini(&files);
}

/* A large sparse file would have more pages than can be counted. */
static void open__a_file_of_holes(void)
{
    struct files files;
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    files_init(&files);
    const char *path = files_path(&files, "holes");
    file_put(path, "x", 1);
    CHECK_EQ(truncate(path, INT64_C(1) << 40), 0);
    options.raw = true;
    options.file_holes = TR_HOLES_ZERO;
    CHECK_EQ(tr_snapshot_open(path, &options, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found 268435456");
    files_fini(&files);
}

static void open__known_and_refused(void)
{
    static const struct {
        const char *begin;
        size_t bytes;
        const char *text;
    } cases[] = {
        {"makedumpfile\0\0\0\0", 16, "a flattened kdump"},
        {"KDUMP   \6", 9, "a compressed kdump; dump again as ELF"},
        {"PAGEDU64", 8, "a Windows crash dump"},
        {"LibvirtQemudSave", 16, "virsh dump --memory-only"},
        {"QEVM\0\0\0\3", 8, "a migration stream"},
        {"QFI\xfb\0\0\0\3", 8, "a qcow2 disk"},
        {"BZh9", 4, "bzip2 -dk"},
        {"\xd3\xbe\xd3\xbe", 4, "vmss2core -M FILE"},
        {"\xd3\xbe\xd2\xbe", 4, "a saved state of VMware"},
        {"HIBR", 4, "a hibernation file of Windows"},
        {"\x1f\x8b\x08\0", 4, "the compressed data are cut short"},
        {"\xfd\x37zXZ\0", 6, "the compressed data are cut short"},
        {"\x7f"
         "EL",
         3, "found none of their signatures"},
    };
    static struct dump dump;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memcpy(dump.bytes, cases[i].begin, cases[i].bytes);
        dump.count = cases[i].bytes;
        dump_refused(&dump, "image", cases[i].text);
        struct files files; /* a range list beside the file does not make it an image */
        files_init(&files);
        struct tr_snapshot *snapshot;
        struct sim_error error = {0};
        if (cases[i].bytes > 3) {
            file_put(files_path(&files, "image.ranges"), "0-0\n", 4);
            CHECK_EQ(dump_open(&dump, &files, "image", NULL, &snapshot, &error), SIM_BAD_DATA);
            CHECK_CONTAINS(error.text, cases[i].text);
        }
        files_fini(&files);
    }
}

TEST_SUITE(images_snapshot, TEST(open__what_is_no_file), TEST(open__a_file_of_holes),
           TEST(open__known_and_refused))
