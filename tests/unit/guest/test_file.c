/* Tests of models/guest/file.c: files and their blocks. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static struct guest *set_up(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 2, 0);
    return fake.guest;
}

static void place__is_none_before_the_file_grows(void)
{
    struct guest *guest = set_up();
    CHECK_EQ(guest_file_place(&guest->files.file[0], 0), 0);
    CHECK(guest_file_grow(&guest->files, &guest->files.file[0], 0));
    CHECK(guest_file_place(&guest->files.file[0], 0) != 0);
    CHECK_EQ(guest_file_place(&guest->files.file[0], FILE_FIRST_BLOCKS), 0);
    guest_free(guest);
}

static void grow__extents_double(void)
{
    struct guest *guest = set_up();
    struct file *file = &guest->files.file[0];
    uint32_t breaks = 0;
    for (uint32_t page = 0; page < 16 + 32 + 64 + 128; page++) {
        CHECK(guest_file_grow(&guest->files, file, page));
        guest_file_grow(&guest->files, &guest->files.file[1],
                        page); /* in between, so that extents part */
        if (page > 0 && guest_file_place(file, page) != guest_file_place(file, page - 1) + 1) {
            breaks++;
            CHECK(page == 16 || page == 48 || page == 112);
        }
    }
    CHECK_EQ(breaks, 3);
    guest_free(guest);
}

static void grow__uses_freed_extents_again(void)
{
    struct guest *guest = set_up();
    struct file *file = &guest->files.file[0];
    guest_file_grow(&guest->files, file, 0);
    guest_file_grow(&guest->files, file, 16);
    uint32_t first = guest_file_place(file, 0), second = guest_file_place(file, 16);
    uint32_t blocks = guest->files.blocks;
    guest_file_shrink(&guest->files, file, 0);
    CHECK_EQ(guest_file_place(file, 0), 0);
    guest_file_grow(&guest->files, &guest->files.file[1], 20);
    guest_file_grow(&guest->files, &guest->files.file[1], 3);
    CHECK_EQ(guest_file_place(&guest->files.file[1], 0), first);
    CHECK_EQ(guest_file_place(&guest->files.file[1], 16), second);
    CHECK_EQ(guest->place[first], 0);
    CHECK_EQ(guest->files.blocks, blocks);
    guest_free(guest);
}

static void grow__says_when_the_disk_is_full(void)
{
    struct guest *guest = set_up();
    guest->files.blocks = PLACE_FILES - 20;
    CHECK(guest_file_grow(&guest->files, &guest->files.file[0], 0));
    CHECK(!guest_file_grow(&guest->files, &guest->files.file[1], 0));
    guest_free(guest);
}

static void shrink__keeps_the_extent_that_is_still_in_use(void)
{
    struct guest *guest = set_up();
    struct file *file = &guest->files.file[0];
    for (uint32_t page = 0; page < 200; page += 16)
        guest_file_grow(&guest->files, file, page);
    guest_file_shrink(&guest->files, file, 17);
    CHECK(guest_file_place(file, 0) != 0);
    CHECK(guest_file_place(file, 16) != 0);
    CHECK_EQ(guest_file_place(file, 48), 0);
    guest_file_shrink(&guest->files, file, 16);
    CHECK_EQ(guest_file_place(file, 16), 0);
    guest_free(guest);
}

static void files_new__numbers_are_consecutive_and_images_have_blocks(void)
{
    struct guest *guest = set_up();
    CHECK_EQ(guest_files_new(guest, 3, 100000), 2);
    CHECK_EQ(guest_files_new(guest, 1, 0), 5);
    CHECK_EQ(guest->files.file[4].bytes, 100000);
    CHECK(guest_file_place(&guest->files.file[4], 24) != 0);
    CHECK_EQ(guest->files.file[5].bytes, 0);
    guest_free(guest);
}

TEST_SUITE(guest_file, TEST(place__is_none_before_the_file_grows), TEST(grow__extents_double),
           TEST(grow__uses_freed_extents_again), TEST(grow__says_when_the_disk_is_full),
           TEST(shrink__keeps_the_extent_that_is_still_in_use),
           TEST(files_new__numbers_are_consecutive_and_images_have_blocks))
