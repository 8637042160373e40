/* The recorder of live processes records a child process of the test, whose pages are known. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/page_key.h"
#include "traces/record/record.h"
#include "traces/tr.h"

#define PAGES 60u /* 10 of zeroes, 20 alike, 30 unlike any other */

static void fill(uint8_t *page, uint32_t number, uint32_t time)
{
    static const char text[] = "a page of the test";
    if (number < 10)
        return;
    memset(page, 0x5a, 4096);
    memcpy(page, text, sizeof text);
    memcpy(page + 100, &time, sizeof time);
    if (number >= 30)
        memcpy(page + 200, &number, sizeof number);
}

static uint8_t *map_pages(void)
{
    return mmap(NULL, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* The child: fills the pages; when told to, it changes five and frees three of them. */
static pid_t start_child(int told, int ready)
{
    pid_t child = fork();
    char byte = 0;
    if (child != 0)
        return child;
    uint8_t *pages = map_pages();
    for (uint32_t i = 0; i < PAGES; i++) {
        pages[i * 4096] = 0; /* in memory, though full of zeroes */
        fill(pages + i * 4096, i, 1);
    }
    if (write(ready, &byte, 1) != 1 || read(told, &byte, 1) != 1)
        _exit(1);
    for (uint32_t i = 30; i < 35; i++)
        fill(pages + i * 4096, i, 2);
    madvise(pages + 57 * 4096, 3 * 4096, MADV_DONTNEED);
    if (write(ready, &byte, 1) != 1)
        _exit(1);
    for (;;)
        pause();
}

static uint64_t hash_of(const struct tr_page_key *key, uint32_t number, uint32_t time)
{
    uint8_t page[4096] = {0};
    fill(page, number, time);
    return tr_page_hash(key, page, sizeof page);
}

struct counts {
    uint32_t alike, own[2], frees;
};

/* Contents are identified by their hashes, because the child has other pages too. */
static void count_records(const char *path, const struct tr_page_key *key, struct counts *counts)
{
    struct tr_reader *reader;
    struct tr_record record;
    struct sim_error error;
    *counts = (struct counts){0};
    CHECK_EQ(tr_reader_open(path, &reader, &error), SIM_OK);
    CHECK_EQ(tr_reader_header(reader)->space, TR_SPACE_PROCESS);
    while (tr_reader_next(reader, &record, &error) == 1) {
        counts->frees += record.kind == TR_FREE;
        if (record.kind != TR_CONTENT)
            continue;
        counts->alike += record.content == hash_of(key, 10, 1);
        for (uint32_t i = 30; i < PAGES; i++)
            for (uint32_t time = 1; time <= 2; time++)
                counts->own[time - 1] += record.content == hash_of(key, i, time);
    }
    tr_reader_close(reader);
}

/* A thread beside the recorder: it lets the child go on after the first round, and ends it two
 * rounds later. */
struct conductor {
    int told, ready;
    volatile bool stop;
    volatile struct record_done done;
};

static void wait_for_windows(const struct conductor *conductor, uint64_t windows)
{
    while (conductor->done.windows < windows)
        usleep(1000);
}

static void *conduct(void *context)
{
    struct conductor *conductor = context;
    char byte = 0;
    wait_for_windows(conductor, 1);
    CHECK_EQ(write(conductor->told, &byte, 1), 1);
    CHECK_EQ(read(conductor->ready, &byte, 1), 1);
    wait_for_windows(conductor, conductor->done.windows + 2);
    conductor->stop = true;
    return NULL;
}

static void process__records_what_its_pages_hold(void)
{
    struct files files;
    struct sim_error error = {0};
    struct counts counts;
    const char *note;
    int told[2], ready[2], status;
    char byte = 0;
    pthread_t thread;
    files_init(&files);
    CHECK_EQ(pipe(told) + pipe(ready), 0);
    pid_t child = start_child(told[0], ready[1]);
    CHECK_EQ(read(ready[0], &byte, 1), 1);
    struct conductor conductor = {.told = told[1], .ready = ready[0]};
    struct record_process_options options = {.out = files_path(&files, "p.btr"),
                                             .pid = child,
                                             .seconds = 60,
                                             .every_s = 0.05,
                                             .quiet = true};
    tr_page_key_of_text(&options.key, "test");
    CHECK_EQ(pthread_create(&thread, NULL, conduct, &conductor), 0);
    CHECK_EQ(record_process(&options, &conductor.stop, (struct record_done *)&conductor.done, &note,
                            &error),
             SIM_OK);
    CHECK_TEXT(error.text, "");
    pthread_join(thread, NULL);
    CHECK(conductor.done.windows >= 3);
    count_records(options.out, &options.key, &counts);
    CHECK_EQ(counts.alike, 20);
    CHECK_EQ(counts.own[0], 30);
    CHECK_EQ(counts.own[1], 5);
    CHECK(counts.frees >= 3);

    /* The recording ends when the child ends. */
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    CHECK_EQ(record_process(&options, &conductor.stop, (struct record_done *)&conductor.done, &note,
                            &error),
             SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected a running process, found none with the number");
    close(told[0]);
    close(told[1]);
    close(ready[0]);
    close(ready[1]);
    files_fini(&files);
}

TEST_SUITE(record_process, TEST(process__records_what_its_pages_hold))
