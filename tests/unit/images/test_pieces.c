/*
 * Pieces in any order, overlapping and unaligned, give the same pages as a plain array of bytes.
 */
#include <stdlib.h>

#include "tests/check.h"
#include "traces/images/parts.h"

enum { MEMORY = 12 * 4096, ROUNDS = 3000, PIECES = 12 };

static uint64_t random_below(uint64_t *state, uint64_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (*state >> 33) % n;
}

static struct tr_snapshot *snapshot_new(uint64_t file_bytes)
{
    struct tr_snapshot *snapshot = calloc(1, sizeof *snapshot);
    uint8_t *file = malloc(file_bytes);
    for (uint64_t i = 0; i < file_bytes; i++)
        file[i] = (uint8_t)(1 + i * 7919 % 255);
    snapshot->path = strdup("dump");
    snapshot->file = file;
    snapshot->file_bytes = snapshot->stored_bytes = file_bytes;
    snapshot->facts.format = "dump";
    return snapshot;
}

/* The mapped file of a test is memory from malloc(). */
static void snapshot_end(struct tr_snapshot *snapshot)
{
    free((void *)(uintptr_t)snapshot->file);
    snapshot->file = NULL;
    tr_snapshot_close(snapshot);
}

/* A random length, which is sometimes a multiple of the page size. */
static uint64_t random_address(uint64_t *state)
{
    uint64_t address = random_below(state, MEMORY);
    return random_below(state, 2) ? address : address / 4096 * 4096;
}

static int add(struct tr_snapshot *snapshot, struct snapshot_piece piece)
{
    return snapshot_add_piece(snapshot, "piece", 0, piece, NULL);
}

static void compare(const struct tr_snapshot *snapshot, const uint8_t *memory, const bool *present)
{
    uint64_t index = 0, next_ppn = 0;
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < snapshot->extent_count; i++) {
        const struct tr_extent *extent = &snapshot->extents[i];
        CHECK_EQ(extent->index, index);
        CHECK(extent->ppn >= next_ppn);
        for (uint64_t ppn = next_ppn; ppn < extent->ppn; ppn++)
            wrong += present[ppn];
        for (uint32_t page = 0; page < extent->pages; page++) {
            wrong += !present[extent->ppn + page];
            wrong += memcmp(tr_extent_page(extent, extent->index + page),
                            memory + (extent->ppn + page) * 4096, 4096) != 0;
        }
        index += extent->pages;
        next_ppn = extent->ppn + extent->pages;
    }
    for (uint64_t ppn = next_ppn; ppn < MEMORY / 4096; ppn++)
        wrong += present[ppn];
    CHECK_EQ(wrong, 0);
}

static void lay_out__like_an_array_of_bytes(void)
{
    static uint8_t memory[MEMORY];
    uint64_t state = 1;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct tr_snapshot *snapshot = snapshot_new(MEMORY);
        bool present[MEMORY / 4096] = {false};
        uint64_t count = 1 + random_below(&state, PIECES);
        memset(memory, 0, sizeof memory);
        for (uint64_t i = 0; i < count; i++) {
            uint64_t first = random_address(&state), end = random_address(&state);
            bool is_stored = random_below(&state, 3) > 0;
            if (end < first) {
                uint64_t swap = first;
                first = end;
                end = swap;
            }
            struct snapshot_piece piece = {first, end - first,
                                           is_stored ? snapshot->file + first : NULL};
            CHECK_EQ(add(snapshot, piece), SIM_OK);
            if (is_stored)
                memcpy(memory + first, snapshot->file + first, end - first);
            for (uint64_t ppn = first / 4096; end > first && ppn <= (end - 1) / 4096; ppn++)
                present[ppn] = true;
        }
        if (snapshot->piece_count > 0) {
            CHECK_EQ(snapshot_lay_out(snapshot, NULL), SIM_OK);
            compare(snapshot, memory, present);
        }
        snapshot_end(snapshot);
    }
}

static void lay_out__two_places_are_refused(void)
{
    struct sim_error error = {0};
    struct tr_snapshot *snapshot = snapshot_new(MEMORY);
    add(snapshot, (struct snapshot_piece){0, 4096, snapshot->file});
    add(snapshot, (struct snapshot_piece){4095, 4096, snapshot->file + 4096});
    CHECK_EQ(snapshot_lay_out(snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found two for 0xfff");
    snapshot_end(snapshot);
}

static void lay_out__at_the_end_of_all_addresses(void)
{
    struct sim_error error = {0};
    struct tr_snapshot *snapshot = snapshot_new(MEMORY);
    CHECK_EQ(add(snapshot, (struct snapshot_piece){UINT64_MAX - 4095, 4096, snapshot->file}),
             SIM_OK);
    CHECK_EQ(snapshot_add_piece(snapshot, "segment", 7,
                                (struct snapshot_piece){UINT64_MAX - 4094, 4096, NULL}, &error),
             SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "segment 7: expected memory below 2^64");
    CHECK_EQ(snapshot_lay_out(snapshot, &error), SIM_OK);
    CHECK_EQ(snapshot->extents[0].ppn, UINT64_MAX / 4096);
    snapshot_end(snapshot);
}

static void lay_out__pages_in_part_are_limited(void)
{
    for (uint64_t parts = 4096; parts <= 4097; parts++) {
        struct sim_error error = {0};
        struct tr_snapshot *snapshot = snapshot_new(MEMORY);
        for (uint64_t i = 0; i < parts; i++)
            add(snapshot, (struct snapshot_piece){i * 8192 + 1, 1, snapshot->file});
        int status = snapshot_lay_out(snapshot, &error);
        CHECK_EQ(status, parts == 4096 ? SIM_OK : SIM_BAD_DATA);
        if (parts > 4096)
            CHECK_CONTAINS(error.text, "but for at most 4096");
        snapshot_end(snapshot);
    }
}

static void check_pages__bounded_by_what_is_stored(void)
{
    struct sim_error error = {0};
    struct tr_snapshot *snapshot = snapshot_new(MEMORY);
    CHECK_EQ(snapshot_check_pages(snapshot, UINT64_C(1) << 22, 0, &error), SIM_OK);
    CHECK_EQ(snapshot_check_pages(snapshot, (UINT64_C(1) << 22) + 64, 1, &error), SIM_OK);
    CHECK_EQ(snapshot_check_pages(snapshot, (UINT64_C(1) << 22) + 65, 1, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "in a file that stores 1, found 4194369");
    CHECK_EQ(snapshot_check_pages(snapshot, UINT64_C(1) << 30, 1 << 26, &error), SIM_OK);
    CHECK_EQ(snapshot_check_pages(snapshot, (UINT64_C(1) << 30) + 1, 1 << 26, &error),
             SIM_BAD_DATA);
    snapshot_end(snapshot);
}

TEST_SUITE(images_pieces, TEST(lay_out__like_an_array_of_bytes),
           TEST(lay_out__two_places_are_refused), TEST(lay_out__at_the_end_of_all_addresses),
           TEST(lay_out__pages_in_part_are_limited), TEST(check_pages__bounded_by_what_is_stored))
