/* models/host/disk.c: order of service, one request at a time, queue growth. */
#include "models/host/disk.h"
#include "tests/check.h"

#define MOST_SERVED 500u

struct served {
    struct sim_queue queue;
    struct host_disk disk;
    uint32_t tags[MOST_SERVED];
    uint64_t at_ns[MOST_SERVED];
    uint32_t count;
    bool resubmit;
};

static void note_served(void *owner, const struct host_disk_request *request, uint64_t now_ns)
{
    struct served *served = owner;
    served->tags[served->count] = request->tag;
    served->at_ns[served->count++] = now_ns;
    if (served->resubmit) {
        served->resubmit = false;
        host_disk_submit(&served->disk,
                         &(struct host_disk_request){.block = 7, .count = 1, .tag = 99});
    }
}

static void make_of(struct served *served, enum cost_device_id id)
{
    memset(served, 0, sizeof *served);
    struct cost_storage storage;
    cost_storage_init(&storage, 0, NULL, 1);
    sim_queue_init(&served->queue);
    host_disk_init(&served->disk, &served->queue, cost_device_of(id), &storage, 1, 0, "test.disk",
                   served, note_served);
}

static void make(struct served *served)
{
    make_of(served, COST_DEVICE_DISK);
}

static void end(struct served *served)
{
    host_disk_fini(&served->disk);
    sim_queue_fini(&served->queue);
}

static void submit(struct served *served, uint64_t block, uint32_t tag)
{
    host_disk_submit(&served->disk,
                     &(struct host_disk_request){.block = block, .count = 1, .tag = tag});
}

static void disk__serves_upwards_then_begins_again_at_the_lowest(void)
{
    struct served served;
    make(&served);
    submit(&served, 500, 0); /* goes at once; the rest waits */
    submit(&served, 100, 1);
    submit(&served, 900, 2);
    submit(&served, 600, 3);
    submit(&served, 50, 4);
    sim_queue_run(&served.queue, SIM_SECOND);
    const uint32_t expected[] = {0, 3, 2, 4, 1};
    CHECK_EQ(served.count, 5);
    for (uint32_t i = 0; i < 5; i++)
        CHECK_EQ(served.tags[i], expected[i]);
    end(&served);
}

static void disk__serves_one_request_at_a_time(void)
{
    struct served served;
    make(&served);
    for (uint32_t i = 0; i < 20; i++)
        submit(&served, (i * 7919u) % 100000u, i);
    sim_queue_run(&served.queue, 10 * SIM_SECOND);
    CHECK_EQ(served.count, 20);
    for (uint32_t i = 1; i < served.count; i++)
        CHECK(served.at_ns[i] > served.at_ns[i - 1]);
    CHECK_EQ(served.disk.busy_ns, served.at_ns[19]);
    end(&served);
}

static void disk__equal_blocks_go_in_order_of_tags(void)
{
    struct served served;
    make(&served);
    submit(&served, 10, 9);
    submit(&served, 20, 3);
    submit(&served, 20, 1);
    submit(&served, 20, 2);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.tags[1], 1);
    CHECK_EQ(served.tags[2], 2);
    CHECK_EQ(served.tags[3], 3);
    end(&served);
}

static void disk__takes_requests_from_its_own_completion_and_grows(void)
{
    struct served served;
    make(&served);
    served.resubmit = true;
    for (uint32_t i = 0; i < 300; i++)
        submit(&served, i, i);
    sim_queue_run(&served.queue, 100 * SIM_SECOND);
    CHECK_EQ(served.count, 301);
    CHECK_EQ(served.disk.requests, 301);
    CHECK_EQ(served.disk.in_service_count, 0);
    end(&served);
}

/* The disk holds two requests, 400 and 300, when 200 comes: the elevator keeps it until there is
 * room, and then the disk is past it. */
static void disk__reorders_only_what_it_holds(void)
{
    const uint32_t expected[] = {0, 2, 1, 3};
    struct served served;
    make(&served);
    served.disk.storage.disk.queue_depth = 2;
    submit(&served, 100, 0); /* goes at once */
    submit(&served, 400, 1);
    submit(&served, 300, 2);
    submit(&served, 200, 3);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.count, 4);
    for (uint32_t i = 0; i < 4; i++)
        CHECK_EQ(served.tags[i], expected[i]);
    end(&served);
}

/* With room for one, the disk has no choice, and the elevator sorts the others. */
static void disk__the_elevator_sorts_what_waits_for_the_disk(void)
{
    const uint32_t expected[] = {0, 1, 3, 2};
    struct served served;
    make(&served);
    served.disk.storage.disk.queue_depth = 1;
    submit(&served, 100, 0);
    submit(&served, 400, 1);
    submit(&served, 900, 2);
    submit(&served, 450, 3);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.count, 4);
    for (uint32_t i = 0; i < 4; i++)
        CHECK_EQ(served.tags[i], expected[i]);
    end(&served);
}

/* Three requests fit into the device at a time; a fourth waits for the first end. */
static void nvme__serves_many_at_a_time_and_in_order_of_arrival(void)
{
    struct served served;
    make_of(&served, COST_DEVICE_NVME);
    served.disk.most_at_once = 3;
    for (uint32_t i = 0; i < 4; i++)
        submit(&served, 1000 - 100 * i, i);
    CHECK_EQ(served.disk.in_service_count, 3);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.count, 4);
    for (uint32_t i = 0; i < 4; i++)
        CHECK_EQ(served.tags[i], i);
    CHECK_EQ(served.at_ns[0], 92000 + 1170);
    CHECK_EQ(served.at_ns[2], 92000 + 3 * 1170);
    CHECK_EQ(served.at_ns[3], served.at_ns[0] + 92000 + 1170);
    CHECK_EQ(served.disk.busy_ns, served.at_ns[3]);
    end(&served);
}

/* A guest makes a request in the middle of its slice, which the host runs at its start. */
static void nvme__begins_when_the_request_is_made(void)
{
    struct served served;
    make_of(&served, COST_DEVICE_NVME);
    host_disk_submit(&served.disk, &(struct host_disk_request){.count = 1, .at_ns = 500000});
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.at_ns[0], 500000 + 92000 + 1170);
    end(&served);
}

/* The slice of one guest is run before that of another, which makes its request earlier. */
static void nvme__begins_in_the_order_of_the_requests_moments(void)
{
    struct served served;
    make_of(&served, COST_DEVICE_NVME);
    host_disk_submit(&served.disk,
                     &(struct host_disk_request){.count = 1, .tag = 0, .at_ns = 4000000});
    host_disk_submit(&served.disk,
                     &(struct host_disk_request){.count = 1, .tag = 1, .at_ns = 1000000});
    submit(&served, 1, 2);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        CHECK_EQ(served.tags[i], 2 - i);
    CHECK_EQ(served.at_ns[0], 92000 + 1170);
    CHECK_EQ(served.at_ns[1], 1000000 + 92000 + 1170);
    CHECK_EQ(served.at_ns[2], 4000000 + 92000 + 1170);
    end(&served);
}

/* A write ends before a read that began earlier. */
static void nvme__tells_the_first_end_first(void)
{
    struct served served;
    make_of(&served, COST_DEVICE_NVME);
    submit(&served, 1, 0);
    host_disk_submit(&served.disk,
                     &(struct host_disk_request){.block = 2, .count = 1, .tag = 1, .write = true});
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.tags[0], 1);
    CHECK_EQ(served.tags[1], 0);
    CHECK_EQ(served.at_ns[0], 21000 + 1170);
    end(&served);
}

/* The queue is used from its first place on again, however often it fills. */
static void nvme__keeps_order_while_its_queue_moves(void)
{
    struct served served;
    make_of(&served, COST_DEVICE_NVME);
    served.disk.most_at_once = 1;
    for (uint32_t i = 0; i < 60; i++)
        submit(&served, i, i);
    sim_queue_run(&served.queue, 40 * 100 * SIM_US); /* some 40 are served, the others wait */
    uint32_t room = served.disk.waiting_room;
    for (uint32_t i = 60; i < 90; i++)
        submit(&served, i, i);
    CHECK_EQ(served.disk.waiting_room, room);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.count, 90);
    for (uint32_t i = 0; i < 90; i++)
        CHECK_EQ(served.tags[i], i);
    end(&served);
}

static void reset__forgets_what_is_under_way(void)
{
    struct served served;
    make_of(&served, COST_DEVICE_NVME);
    for (uint32_t i = 0; i < 5; i++)
        submit(&served, i, i);
    host_disk_reset(&served.disk);
    sim_queue_run(&served.queue, SIM_SECOND);
    CHECK_EQ(served.count, 0);
    submit(&served, 9, 9);
    sim_queue_run(&served.queue, 2 * SIM_SECOND);
    CHECK_EQ(served.at_ns[0], SIM_SECOND + 92000 + 1170);
    end(&served);
}

TEST_SUITE(host_disk, TEST(disk__serves_upwards_then_begins_again_at_the_lowest),
           TEST(disk__serves_one_request_at_a_time), TEST(disk__equal_blocks_go_in_order_of_tags),
           TEST(disk__takes_requests_from_its_own_completion_and_grows),
           TEST(disk__reorders_only_what_it_holds),
           TEST(disk__the_elevator_sorts_what_waits_for_the_disk),
           TEST(nvme__serves_many_at_a_time_and_in_order_of_arrival),
           TEST(nvme__begins_when_the_request_is_made),
           TEST(nvme__begins_in_the_order_of_the_requests_moments),
           TEST(nvme__tells_the_first_end_first), TEST(nvme__keeps_order_while_its_queue_moves),
           TEST(reset__forgets_what_is_under_way))
