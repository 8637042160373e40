/*
 * Memory images as a recording over time.
 */
#include "traces/images/over_time.h"

#include <stdlib.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

/* A raw image of the pages 2, 3, 6 of a machine; each page is full of one byte. */
static const char *image(struct files *files, const char *name, const char *values,
                         const char *list)
{
    static uint8_t bytes[3 * 4096];
    char list_name[20];
    for (size_t page = 0; page < 3; page++)
        memset(bytes + page * 4096, values[page] - '0', 4096);
    snprintf(list_name, sizeof list_name, "%s.ranges", name);
    file_put(files_path(files, list_name), list, strlen(list));
    const char *path = files_path(files, name);
    file_put(path, bytes, sizeof bytes);
    return path;
}

#define PAGES "joined\n2000-3fff\n6000-6fff\n"

static void images__windows_of_what_changed(void)
{
    struct files files;
    struct tr_page_key key;
    struct tr_source *source;
    struct tr_record record;
    char text[600] = "", expected[600];
    uint64_t hash[3];
    const uint64_t at_ns[] = {10, 20, 30};
    files_init(&files);
    const char *paths[] = {image(&files, "a", "010", PAGES), image(&files, "b", "012", PAGES),
                           image(&files, "c", "200", PAGES)};
    tr_page_key_of_text(&key, "k");
    for (uint8_t value = 0; value < 3; value++) {
        uint8_t page[4096];
        memset(page, value, sizeof page);
        hash[value] = tr_page_hash(&key, page, sizeof page);
    }
    CHECK_EQ(tr_source_open_images(paths, at_ns, 3, &TR_SNAPSHOT_DEFAULTS, &key,
                                   &(struct tr_source_options){0}, &source, NULL),
             SIM_OK);
    const struct tr_header *header = tr_source_header(source);
    CHECK_EQ(header->pages, 7);
    CHECK_EQ(header->page_bytes, 4096);
    CHECK_EQ(header->space, TR_SPACE_MACHINE);
    CHECK_EQ(header->carries, TR_CONTENTS | TR_HOLES | TR_TIME);
    CHECK_EQ(header->zero_hash, hash[0]);
    CHECK_TEXT(header->source, "raw image");
    while (tr_source_next(source, &record, NULL) == 1) {
        size_t used = strlen(text);
        record_describe(&record, text + used, sizeof text - used - 1);
        strcat(text, " ");
    }
    snprintf(expected, sizeof expected,
             "@10 h0+2 3=%" PRIx64 " h4+2 @20 6=%" PRIx64 " @30 2=%" PRIx64 " 3=0 6=0 ", hash[1],
             hash[2], hash[2]);
    CHECK_TEXT(text, expected);
    tr_source_close(source);
    files_fini(&files);
}

static void refused(const char *const *paths, uint32_t count, const struct tr_page_key *key,
                    int status, const char *text)
{
    const uint64_t at_ns[] = {10, 20};
    struct sim_error error = {0};
    struct tr_source *source;
    struct tr_record record;
    int found = tr_source_open_images(paths, at_ns, count, &TR_SNAPSHOT_DEFAULTS, key,
                                      &(struct tr_source_options){0}, &source, &error);
    while (found == SIM_OK && tr_source_next(source, &record, &error) == 1)
        continue;
    CHECK_EQ(error.status, status);
    CHECK_CONTAINS(error.text, text);
    tr_source_close(source);
}

static void images__refused_when_they_do_not_fit(void)
{
    struct files files;
    struct tr_page_key key;
    files_init(&files);
    tr_page_key_of_text(&key, "k");
    const char *first = image(&files, "a", "012", PAGES);
    const char *others = image(&files, "b", "012", "joined\n2000-4fff\n");
    const char *high = image(&files, "c", "012", "joined\n40000000000-40000002fff\n");
    const char *hashes = files_path(&files, "d.h64"), *none = files_path(&files, "e");
    const uint64_t numbers[] = {1, 2, 3};
    file_put(hashes, numbers, sizeof numbers);
    refused((const char *[]){first, others}, 2, &key, SIM_BAD_DATA,
            "expected the pages of the first");
    refused((const char *[]){first, hashes}, 2, &key, SIM_BAD_DATA,
            "expected an image of the kind");
    refused((const char *[]){first, none}, 2, &key, SIM_BAD_DATA, "cannot open");
    refused((const char *[]){none}, 1, &key, SIM_BAD_DATA, "cannot open");
    refused((const char *[]){high}, 1, &key, SIM_BAD_DATA,
            "expected pages below 2^30, found one at");
    refused((const char *[]){first}, 1, NULL, SIM_USAGE, "expected a key for its bytes");
    refused(NULL, 0, NULL, SIM_USAGE, "expected at least one image");
    files_fini(&files);
}

static void images__of_hashes_need_no_key(void)
{
    struct files files;
    struct tr_source *source;
    struct tr_summary summary;
    const uint64_t at_ns[] = {10};
    const uint64_t numbers[] = {7, TR_RECORDER_ZERO_HASH, 9};
    files_init(&files);
    const char *path = files_path(&files, "d.h64");
    file_put(path, numbers, sizeof numbers);
    CHECK_EQ(tr_source_open_images(&path, at_ns, 1, &TR_SNAPSHOT_DEFAULTS, NULL,
                                   &(struct tr_source_options){0}, &source, NULL),
             SIM_OK);
    CHECK_EQ(tr_source_summarise(source, &summary, NULL), SIM_OK);
    CHECK_EQ(summary.contents, 2);
    CHECK_EQ(summary.hole_pages, 0);
    CHECK_EQ(summary.header.zero_hash, TR_RECORDER_ZERO_HASH);
    tr_source_close(source);
    files_fini(&files);
}

TEST_SUITE(images_over_time, TEST(images__windows_of_what_changed),
           TEST(images__refused_when_they_do_not_fit), TEST(images__of_hashes_need_no_key))
