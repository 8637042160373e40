/* Memory that dies together. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/error.h"
#include "sim/memory.h"
#include "tests/check.h"
#include "tests/short_memory.h"

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

static void memory_stream__has_all_that_was_written(void)
{
    char *text;
    size_t bytes;
    FILE *out = sim_memory_stream(&text, &bytes);
    CHECK_TEXT(text, "");
    for (int i = 0; i < 5000; i++)
        fprintf(out, "%d\n", i);
    fclose(out);
    CHECK_EQ(bytes, 23890);
    CHECK_EQ(strlen(text), bytes);
    CHECK_TEXT(text + bytes - 5, "4999\n");
    free(text);
}

static void memory_short__ends_the_program_with_a_line(void)
{
    char text[100] = "";
    int ends[2], how = 0;
    CHECK_EQ(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        short_memory_after(0);
        sim_memory_need(malloc(1));
        _exit(0);
    }
    close(ends[1]);
    CHECK_EQ(waitpid(child, &how, 0), child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == SIM_SYSTEM);
    CHECK(read(ends[0], text, sizeof text - 1) > 0);
    close(ends[0]);
    CHECK_TEXT(text, "ballast: expected a little more memory, found none left\n");
}

TEST_SUITE(sim_memory, TEST(memory__texts_of_any_length_stay_apart), TEST(memory__is_zeroed),
           TEST(memory_stream__has_all_that_was_written),
           TEST(memory_short__ends_the_program_with_a_line))
