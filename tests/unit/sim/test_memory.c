/* Memory that dies together. */
#include <stdlib.h>

#include "sim/memory.h"
#include "tests/check.h"

static void memory__texts_of_any_length_stay_apart(void)
{
    struct sim_memory memory = {0};
    const char *texts[50];
    for (int i = 0; i < 50; i++)
        texts[i] = sim_memory_text(&memory, "%0*d", i * 40 + 1, i);
    for (int i = 0; i < 50; i++) {
        CHECK_EQ(strlen(texts[i]), i * 40 + 1);
        CHECK_EQ(atoi(texts[i]), i);
    }
    sim_memory_free(&memory);
    CHECK(memory.blocks == NULL);
}

static void memory__is_zeroed(void)
{
    struct sim_memory memory = {0};
    unsigned char *bytes = sim_memory_get(&memory, 1000);
    unsigned sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += bytes[i];
    CHECK_EQ(sum, 0);
    sim_memory_free(&memory);
}

TEST_SUITE(sim_memory, TEST(memory__texts_of_any_length_stay_apart), TEST(memory__is_zeroed))
