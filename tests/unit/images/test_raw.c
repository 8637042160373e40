/*
 * Raw images and their range lists.
 */
#include "tests/unit/images/dump.h"

static struct dump dump;

/* Eight pages of 1s, 2s, ... 8s. */
static void make(void)
{
    dump.count = 0;
    for (uint8_t page = 1; page <= 8; page++)
        dump_fill(&dump, page, 4096);
}

static struct tr_snapshot *open_with(struct files *files, const char *list, bool raw,
                                     struct sim_error *error)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *snapshot;
    files_init(files);
    if (list != NULL)
        file_put(files_path(files, "image.ranges"), list, strlen(list));
    options.raw = raw;
    *error = (struct sim_error){0};
    int status = dump_open(&dump, files, "image", &options, &snapshot, error);
    CHECK_EQ(status, error->status);
    return snapshot;
}

static void raw__only_when_asked(void)
{
    struct files files;
    struct sim_error error;
    make();
    struct tr_snapshot *snapshot = open_with(&files, NULL, false, &error);
    CHECK(snapshot == NULL);
    CHECK_EQ(error.status, SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "needs --raw or a range list");
    files_fini(&files);

    snapshot = open_with(&files, NULL, true, &error);
    CHECK_TEXT(tr_snapshot_facts(snapshot)->format, "raw image");
    CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 8);
    CHECK_EQ(tr_snapshot_facts(snapshot)->holes, 0);
    CHECK_PAGE(snapshot, 7, 8);
    tr_snapshot_close(snapshot);
    files_fini(&files);

    dump.count--;
    CHECK(open_with(&files, NULL, true, &error) == NULL);
    CHECK_CONTAINS(error.text, "expected a raw image of whole pages of 4096 bytes, found 32767");
    files_fini(&files);
}

static void raw__ranges_of_iomem(void)
{
    struct files files;
    struct sim_error error;
    make();
    struct tr_snapshot *snapshot = open_with(&files,
                                             "# guest\n"
                                             "00000000-00000fff : Reserved\n"
                                             "00001000-00002fff : System RAM\n"
                                             "  00001000-00001fff : Kernel code\n"
                                             "\n"
                                             "3000-4fff : PCI Bus 0000:00\r\n"
                                             "5000-5fff\r\n",
                                             false, &error);
    CHECK_TEXT(error.text, "");
    CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 3);
    CHECK_EQ(tr_snapshot_facts(snapshot)->holes, 2);
    CHECK_PAGE(snapshot, 1, 2);
    CHECK_PAGE(snapshot, 2, 3);
    CHECK_PAGE(snapshot, 5, 6);
    CHECK(snapshot_page(snapshot, 3) == NULL);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void raw__base_and_joined(void)
{
    struct files files;
    struct sim_error error;
    make();
    struct tr_snapshot *snapshot =
        open_with(&files, "base 100000000\n100001000-100001fff\n", false, &error);
    CHECK_PAGE(snapshot, 0x100001, 2);
    tr_snapshot_close(snapshot);
    files_fini(&files);

    snapshot = open_with(&files, "joined\n1000-2fff\n100000-105fff\n", false, &error);
    CHECK_PAGE(snapshot, 1, 1);
    CHECK_PAGE(snapshot, 2, 2);
    CHECK_PAGE(snapshot, 0x100, 3);
    CHECK_PAGE(snapshot, 0x105, 8);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void raw__wrong_lists(void)
{
    const struct {
        const char *list, *text;
    } cases[] = {
        {"# nothing\n", "expected memory in the raw image, found none"},
        {"0-fff\nhello\n", "image.ranges:2: expected START-END in hexadecimal"},
        {"0-\n", "image.ranges:1: expected START-END"},
        {"fff-0\n", "image.ranges:1: expected START-END"},
        {"0-ffffffffffffffff\n", "image.ranges:1: expected START-END"},
        {"0-fffffffffffffffff\n", "image.ranges:1: expected START-END"},
        {"0-fff RAM\n", "expected `: NAME` after the range"},
        {"0-8000\n", "expected a range within the image, found '0-8000'"},
        {"fffffffffffff000-fffffffffffffffe\n", "expected a range within the image"},
        {"base 1000\n0-fff\n", "expected a range within the image"},
        {"0-fff\nbase 1000\n", "image.ranges:2: expected this line before all ranges"},
        {"base\n0-fff\n", "image.ranges:1: expected START-END"},
        {"base zz\n", "expected a hexadecimal address after `base`"},
        {"joined\n0-fff\n",
         "expected ranges of 32768 bytes together, as the image has, found 4096"},
        {"joined\n0-7fff\n0-0\n", "expected a range within the image"},
    };
    make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct files files;
        struct sim_error error;
        CHECK(open_with(&files, cases[i].list, false, &error) == NULL);
        CHECK_EQ(error.status, SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, cases[i].text);
        files_fini(&files);
    }
}

/* A disk or a compressed dump is no memory, even where the user says --raw. */
static void raw__known_containers_are_refused(void)
{
    struct files files;
    struct sim_error error;
    make();
    memcpy(dump.bytes, "QFI\xfb", 4);
    CHECK(open_with(&files, NULL, true, &error) == NULL);
    CHECK_CONTAINS(error.text, "expected a memory image, found a qcow2 disk");
    files_fini(&files);
    memcpy(dump.bytes, "Xen domain saved", 16);
    CHECK(open_with(&files, NULL, true, &error) == NULL);
    CHECK_CONTAINS(error.text, "a saved domain of Xen; dump it as a core: `xl dump-core VM FILE`");
    files_fini(&files);
}

TEST_SUITE(images_raw, TEST(raw__only_when_asked), TEST(raw__known_containers_are_refused),
           TEST(raw__ranges_of_iomem), TEST(raw__base_and_joined), TEST(raw__wrong_lists))
