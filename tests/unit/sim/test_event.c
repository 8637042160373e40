#include <stdlib.h>

#include "sim/event.h"
#include "tests/check.h"

/* ---- Events that note when they fire ----------------------------------------------------- */

#define NOTES_MOST 64

struct notes {
    struct sim_queue queue;
    int who[NOTES_MOST];
    uint64_t at_ns[NOTES_MOST];
    uint32_t count;
};

struct noting {
    struct sim_event event;
    struct notes *notes;
    int who;
};

static void note(struct sim_event *event, uint64_t now_ns)
{
    struct noting *self = sim_event_owner(event, struct noting, event);
    struct notes *notes = self->notes;
    if (notes->count < NOTES_MOST) {
        notes->who[notes->count] = self->who;
        notes->at_ns[notes->count] = now_ns;
    }
    notes->count++;
}

static void noting_init(struct noting *noting, struct notes *notes, int who)
{
    sim_event_init(&noting->event, note);
    noting->notes = notes;
    noting->who = who;
}

static void start(struct notes *notes, struct noting *all, int count)
{
    memset(notes, 0, sizeof *notes);
    sim_queue_init(&notes->queue);
    for (int i = 0; i < count; i++)
        noting_init(&all[i], notes, i);
}

/* ---- Order ------------------------------------------------------------------------------- */

static void queue_run__fires_in_order_of_time(void)
{
    struct notes notes;
    struct noting all[40];
    start(&notes, all, 40);
    for (int i = 0; i < 40; i++)
        sim_queue_schedule(&notes.queue, &all[(i * 7) % 40].event, (uint64_t)((i * 7) % 40) * 10,
                           SIM_PHASE_CPU);
    CHECK_EQ(sim_queue_run(&notes.queue, 1000), 40);
    for (int i = 0; i < 40; i++) {
        CHECK_EQ(notes.who[i], i);
        CHECK_EQ(notes.at_ns[i], i * 10);
    }
    sim_queue_fini(&notes.queue);
}

static void queue_run__ties_fire_by_phase_then_by_sequence(void)
{
    struct notes notes;
    struct noting all[6];
    static const enum sim_phase phases[] = {SIM_PHASE_RECORD, SIM_PHASE_CPU,    SIM_PHASE_CPU,
                                            SIM_PHASE_POLICY, SIM_PHASE_DEVICE, SIM_PHASE_CPU};
    static const int order[] = {4, 3, 1, 2, 5, 0};
    start(&notes, all, 6);
    for (int i = 0; i < 6; i++)
        sim_queue_schedule(&notes.queue, &all[i].event, 5, phases[i]);
    sim_queue_run(&notes.queue, 5);
    CHECK_EQ(notes.count, 6);
    for (int i = 0; i < 6; i++)
        CHECK_EQ(notes.who[i], order[i]);
    CHECK_EQ(notes.queue.ties, 2);
    sim_queue_fini(&notes.queue);
}

static void queue_run__stops_at_its_end_and_goes_on(void)
{
    struct notes notes;
    struct noting all[3];
    start(&notes, all, 3);
    for (int i = 0; i < 3; i++)
        sim_queue_schedule(&notes.queue, &all[i].event, (uint64_t)i * 10, SIM_PHASE_CPU);
    CHECK_EQ(sim_queue_run(&notes.queue, 10), 2);
    CHECK_EQ(notes.queue.now_ns, 10);
    CHECK(sim_event_pending(&all[2].event));
    CHECK_EQ(sim_queue_run(&notes.queue, 15), 0);
    CHECK_EQ(notes.queue.now_ns, 15);
    CHECK_EQ(sim_queue_run(&notes.queue, 30), 1);
    CHECK(!sim_event_pending(&all[2].event));
    CHECK_EQ(notes.queue.fired, 3);
    sim_queue_fini(&notes.queue);
}

static void queue_run__fires_what_is_due_at_the_last_moment(void)
{
    struct notes notes;
    struct noting all[1];
    start(&notes, all, 1);
    sim_queue_schedule(&notes.queue, &all[0].event, SIM_NEVER, SIM_PHASE_RECORD);
    CHECK_EQ(sim_queue_run(&notes.queue, SIM_NEVER - 1), 0);
    CHECK_EQ(sim_queue_run(&notes.queue, SIM_NEVER), 1);
    sim_queue_fini(&notes.queue);
}

/* ---- Moving and cancelling --------------------------------------------------------------- */

static void queue_schedule__moves_a_pending_event(void)
{
    struct notes notes;
    struct noting all[3];
    start(&notes, all, 3);
    for (int i = 0; i < 3; i++)
        sim_queue_schedule(&notes.queue, &all[i].event, 10 + (uint64_t)i, SIM_PHASE_CPU);
    sim_queue_schedule(&notes.queue, &all[2].event, 1, SIM_PHASE_CPU);
    sim_queue_schedule(&notes.queue, &all[0].event, 20, SIM_PHASE_CPU);
    CHECK_EQ(sim_event_at_ns(&all[2].event), 1);
    CHECK_EQ(sim_event_at_ns(&all[0].event), 20);
    CHECK_EQ(sim_queue_run(&notes.queue, 100), 3);
    CHECK_EQ(notes.who[0], 2);
    CHECK_EQ(notes.who[1], 1);
    CHECK_EQ(notes.who[2], 0);
    sim_queue_fini(&notes.queue);
}

static void queue_schedule__gives_a_moved_event_a_new_turn(void)
{
    struct notes notes;
    struct noting all[2];
    start(&notes, all, 2);
    sim_queue_schedule(&notes.queue, &all[0].event, 7, SIM_PHASE_CPU);
    sim_queue_schedule(&notes.queue, &all[1].event, 7, SIM_PHASE_CPU);
    sim_queue_schedule(&notes.queue, &all[0].event, 7, SIM_PHASE_CPU);
    sim_queue_run(&notes.queue, 7);
    CHECK_EQ(notes.who[0], 1);
    CHECK_EQ(notes.who[1], 0);
    sim_queue_fini(&notes.queue);
}

static void queue_cancel__takes_out_first_middle_and_last(void)
{
    struct notes notes;
    struct noting all[30];
    start(&notes, all, 30);
    for (int i = 0; i < 30; i++)
        sim_queue_schedule(&notes.queue, &all[i].event, (uint64_t)i, SIM_PHASE_CPU);
    sim_queue_cancel(&notes.queue, &all[0].event);
    sim_queue_cancel(&notes.queue, &all[15].event);
    sim_queue_cancel(&notes.queue, &all[29].event);
    sim_queue_cancel(&notes.queue, &all[29].event);
    CHECK(!sim_event_pending(&all[15].event));
    CHECK_EQ(sim_queue_run(&notes.queue, 100), 27);
    for (int i = 0; i < 27; i++)
        CHECK_EQ(notes.who[i], i < 14 ? i + 1 : i + 2);
    sim_queue_fini(&notes.queue);
}

static void queue_cancel__leaves_an_idle_event_alone(void)
{
    struct notes notes;
    struct noting all[1];
    start(&notes, all, 1);
    sim_queue_cancel(&notes.queue, &all[0].event);
    CHECK(!sim_event_pending(&all[0].event));
    CHECK_EQ(sim_queue_run(&notes.queue, 1), 0);
    sim_queue_fini(&notes.queue);
}

static void queue_fini__leaves_events_idle(void)
{
    struct notes notes;
    struct noting all[2];
    start(&notes, all, 2);
    sim_queue_schedule(&notes.queue, &all[0].event, 1, SIM_PHASE_CPU);
    sim_queue_fini(&notes.queue);
    CHECK(!sim_event_pending(&all[0].event));
}

/* ---- While an event fires ---------------------------------------------------------------- */

struct actor {
    struct noting noting;
    struct noting *other;
    void (*act)(struct actor *actor, uint64_t now_ns);
};

static void act(struct sim_event *event, uint64_t now_ns)
{
    struct actor *actor = sim_event_owner(event, struct actor, noting.event);
    CHECK(!sim_event_pending(event));
    CHECK_EQ(actor->noting.notes->queue.now_ns, now_ns);
    note(event, now_ns);
    actor->act(actor, now_ns);
}

static void actor_start(struct actor *actor, struct notes *notes, struct noting *other,
                        void (*doing)(struct actor *, uint64_t))
{
    noting_init(&actor->noting, notes, 100);
    actor->noting.event.fire = act;
    actor->other = other;
    actor->act = doing;
    sim_queue_schedule(&notes->queue, &actor->noting.event, 10, SIM_PHASE_CPU);
}

static void repeat(struct actor *actor, uint64_t now_ns)
{
    sim_queue_schedule(&actor->noting.notes->queue, &actor->noting.event, now_ns + 10,
                       SIM_PHASE_CPU);
}

static void fire__may_schedule_itself_again(void)
{
    struct notes notes;
    struct noting other[1];
    struct actor actor;
    start(&notes, other, 1);
    actor_start(&actor, &notes, NULL, repeat);
    sim_queue_schedule(&notes.queue, &other[0].event, 25, SIM_PHASE_CPU);
    CHECK_EQ(sim_queue_run(&notes.queue, 40), 5);
    static const int order[] = {100, 100, 0, 100, 100};
    for (int i = 0; i < 5; i++)
        CHECK_EQ(notes.who[i], order[i]);
    CHECK_EQ(sim_event_at_ns(&actor.noting.event), 50);
    sim_queue_fini(&notes.queue);
}

/* The event that fires schedules others. The first of them takes the root's open place, the next
 * does not, and the last has an earlier phase than the event that fires. */
static void schedule_three_now(struct actor *actor, uint64_t now_ns)
{
    struct sim_queue *queue = &actor->noting.notes->queue;
    sim_queue_schedule(queue, &actor->other[0].event, now_ns + 1, SIM_PHASE_CPU);
    sim_queue_schedule(queue, &actor->other[1].event, now_ns, SIM_PHASE_CPU);
    sim_queue_schedule(queue, &actor->other[2].event, now_ns, SIM_PHASE_DEVICE);
}

static void fire__may_schedule_others_for_now(void)
{
    struct notes notes;
    struct noting other[3];
    struct actor actor;
    start(&notes, other, 3);
    actor_start(&actor, &notes, other, schedule_three_now);
    CHECK_EQ(sim_queue_run(&notes.queue, 40), 4);
    CHECK_EQ(notes.who[0], 100);
    CHECK_EQ(notes.who[1], 2);
    CHECK_EQ(notes.who[2], 1);
    CHECK_EQ(notes.who[3], 0);
    sim_queue_fini(&notes.queue);
}

static void cancel_and_move(struct actor *actor, uint64_t now_ns)
{
    struct sim_queue *queue = &actor->noting.notes->queue;
    sim_queue_cancel(queue, &actor->other[0].event);
    sim_queue_schedule(queue, &actor->other[2].event, now_ns, SIM_PHASE_DEVICE);
}

static void fire__may_cancel_and_move_others(void)
{
    struct notes notes;
    struct noting other[3];
    struct actor actor;
    start(&notes, other, 3);
    actor_start(&actor, &notes, other, cancel_and_move);
    for (int i = 0; i < 3; i++)
        sim_queue_schedule(&notes.queue, &other[i].event, 11 + (uint64_t)i, SIM_PHASE_CPU);
    CHECK_EQ(sim_queue_run(&notes.queue, 40), 3);
    CHECK_EQ(notes.who[1], 2);
    CHECK_EQ(notes.at_ns[1], 10);
    CHECK_EQ(notes.who[2], 1);
    sim_queue_fini(&notes.queue);
}

static void stop(struct actor *actor, uint64_t now_ns)
{
    (void)now_ns;
    sim_queue_stop(&actor->noting.notes->queue);
}

static void queue_stop__ends_the_run_at_this_event(void)
{
    struct notes notes;
    struct noting other[1];
    struct actor actor;
    start(&notes, other, 1);
    actor_start(&actor, &notes, other, stop);
    sim_queue_schedule(&notes.queue, &other[0].event, 10, SIM_PHASE_CPU);
    CHECK_EQ(sim_queue_run(&notes.queue, 40), 1);
    CHECK_EQ(notes.queue.now_ns, 10);
    CHECK_EQ(sim_queue_run(&notes.queue, 40), 1);
    CHECK_EQ(notes.queue.now_ns, 40);
    sim_queue_fini(&notes.queue);
}

static void finish(struct actor *actor, uint64_t now_ns)
{
    (void)now_ns;
    sim_queue_stop(&actor->noting.notes->queue);
    free(actor);
}

static void fire__may_free_its_own_event(void)
{
    struct notes notes;
    struct noting other[1];
    struct actor *actor = malloc(sizeof *actor);
    start(&notes, other, 1);
    actor_start(actor, &notes, other, finish);
    CHECK_EQ(sim_queue_run(&notes.queue, 40), 1);
    sim_queue_fini(&notes.queue);
}

/* ---- Against a sorted array -------------------------------------------------------------- */

#define CROWD      3000u
#define OPERATIONS 120000u /* in all */

struct crowd {
    struct sim_queue queue;
    struct member {
        struct sim_event event;
        uint64_t at_ns, sequence;
        enum sim_phase phase;
        bool pending;
        struct crowd *crowd;
    } members[CROWD];
    struct member *order[CROWD]; /* the pending ones, as they must fire */
    uint32_t count;
    uint64_t (*ahead)(struct crowd *crowd);
    uint64_t sequence, random, wrong, to_fire;
};

static uint64_t crowd_random(struct crowd *crowd)
{
    crowd->random ^= crowd->random << 13;
    crowd->random ^= crowd->random >> 7;
    return crowd->random ^= crowd->random << 17;
}

static bool member_before(const struct member *a, const struct member *b)
{
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns;
    return a->phase != b->phase ? a->phase < b->phase : a->sequence < b->sequence;
}

static uint32_t crowd_place(const struct crowd *crowd, const struct member *m)
{
    uint32_t low = 0, high = crowd->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (member_before(crowd->order[middle], m))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void crowd_remove(struct crowd *crowd, struct member *m)
{
    uint32_t place = crowd_place(crowd, m);
    crowd->count--;
    memmove(&crowd->order[place], &crowd->order[place + 1],
            (crowd->count - place) * sizeof *crowd->order);
    m->pending = false;
}

static void crowd_schedule(struct crowd *crowd, struct member *m)
{
    if (m->pending)
        crowd_remove(crowd, m);
    uint64_t most = SIM_NEVER - crowd->queue.now_ns, ahead = crowd->ahead(crowd);
    m->at_ns = crowd->queue.now_ns + (ahead < most ? ahead : most);
    m->phase = (enum sim_phase)(crowd_random(crowd) % (SIM_PHASE_RECORD + 1));
    m->sequence = crowd->sequence++;
    m->pending = true;
    uint32_t place = crowd_place(crowd, m);
    memmove(&crowd->order[place + 1], &crowd->order[place],
            (crowd->count - place) * sizeof *crowd->order);
    crowd->order[place] = m;
    crowd->count++;
    sim_queue_schedule(&crowd->queue, &m->event, m->at_ns, m->phase);
    crowd->wrong += sim_event_at_ns(&m->event) != m->at_ns;
}

static void crowd_act(struct crowd *crowd)
{
    struct member *m = &crowd->members[crowd_random(crowd) % CROWD];
    crowd->wrong += m->pending != sim_event_pending(&m->event);
    if (crowd_random(crowd) % 4 != 0) {
        crowd_schedule(crowd, m);
    } else {
        if (m->pending)
            crowd_remove(crowd, m);
        sim_queue_cancel(&crowd->queue, &m->event);
    }
}

static void crowd_fire(struct sim_event *event, uint64_t now_ns)
{
    struct member *m = sim_event_owner(event, struct member, event);
    struct crowd *crowd = m->crowd;
    crowd->wrong += crowd->count == 0 || m != crowd->order[0] || now_ns != m->at_ns;
    crowd_remove(crowd, m);
    if (crowd_random(crowd) % 2 != 0)
        crowd_schedule(crowd, m);
    for (uint64_t n = crowd_random(crowd) % 3; n > 0; n--)
        crowd_act(crowd);
    if (--crowd->to_fire == 0)
        sim_queue_stop(&crowd->queue);
}

/* Half of the times are close together, so that many are equal. */
static uint64_t ahead_near_and_far(struct crowd *crowd)
{
    return crowd_random(crowd) % (crowd_random(crowd) % 2 ? 4 : 100000);
}

static uint64_t ahead_none(struct crowd *crowd)
{
    (void)crowd;
    return 0;
}

static uint64_t ahead_one(struct crowd *crowd)
{
    (void)crowd;
    return 1000;
}

/* Each level of digits, and both sides of its border. */
static uint64_t ahead_powers(struct crowd *crowd)
{
    return (UINT64_C(1) << crowd_random(crowd) % 50) - crowd_random(crowd) % 2;
}

static uint64_t ahead_any(struct crowd *crowd)
{
    return crowd_random(crowd) >> crowd_random(crowd) % 64;
}

/* Each before all that were scheduled before. */
static uint64_t ahead_falling(struct crowd *crowd)
{
    return crowd->sequence < 2 * OPERATIONS ? 2 * OPERATIONS - crowd->sequence : 0;
}

/* A heap of equal times far away, and single ones on the way to it. */
static uint64_t ahead_to_a_wall(struct crowd *crowd)
{
    uint64_t wall_ns = (crowd->queue.now_ns / 1000000 + 1) * 1000000;
    return crowd_random(crowd) % 8 == 0 ? crowd_random(crowd) % 1000
                                        : wall_ns - crowd->queue.now_ns;
}

static uint64_t ahead_never(struct crowd *crowd)
{
    return crowd_random(crowd) % 4 == 0 ? crowd_random(crowd) % 64 : SIM_NEVER;
}

static uint64_t (*const aheads[])(struct crowd *) = {ahead_near_and_far, ahead_none, ahead_one,
                                                     ahead_powers,       ahead_any,  ahead_falling,
                                                     ahead_to_a_wall,    ahead_never};
#define AHEADS (sizeof aheads / sizeof *aheads)

static void crowd_run(struct crowd *crowd)
{
    if (crowd->count == 0 || crowd->order[0]->at_ns > SIM_NEVER - 100)
        return;
    uint64_t until_ns = crowd->order[0]->at_ns + crowd_random(crowd) % 50;
    crowd->to_fire = 1 + crowd_random(crowd) % 8;
    sim_queue_run(&crowd->queue, until_ns);
    crowd->wrong += crowd->to_fire > 0 && crowd->count > 0 && crowd->order[0]->at_ns <= until_ns;
    crowd->wrong += crowd->to_fire > 0 && crowd->queue.now_ns != until_ns;
}

static void queue__agrees_with_a_sorted_array(void)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    for (uint32_t kind = 0; kind < AHEADS; kind++) {
        memset(crowd, 0, sizeof *crowd);
        crowd->random = 88172645463325252u + kind;
        crowd->ahead = aheads[kind];
        sim_queue_init(&crowd->queue);
        for (uint32_t i = 0; i < CROWD; i++) {
            crowd->members[i].crowd = crowd;
            sim_event_init(&crowd->members[i].event, crowd_fire);
        }
        for (uint32_t i = 0; i < OPERATIONS / AHEADS; i++) {
            crowd_act(crowd);
            if (i % 8 == 0)
                crowd_run(crowd);
        }
        CHECK(crowd->queue.fired > 1000);
        CHECK_EQ(crowd->queue.pending, crowd->count);
        CHECK_EQ(crowd->wrong, 0);
        sim_queue_fini(&crowd->queue);
        for (uint32_t i = 0; i < CROWD; i++)
            crowd->wrong += sim_event_pending(&crowd->members[i].event);
        CHECK_EQ(crowd->wrong, 0);
    }
    free(crowd);
}

/* Of what is moved to and fro, the queue keeps no more than twice what is pending. */
static void queue_schedule__forgets_where_an_event_was(void)
{
    struct notes notes;
    struct noting all[2];
    start(&notes, all, 2);
    for (uint64_t i = 0; i < 100000; i++)
        sim_queue_schedule(&notes.queue, &all[i % 2].event, 1000 + i % 7777, SIM_PHASE_CPU);
    CHECK(notes.queue.room <= 1024);
    CHECK(notes.queue.later.chunk_count < 100);
    CHECK_EQ(sim_queue_run(&notes.queue, SIM_SECOND), 2);
    sim_queue_fini(&notes.queue);
}

TEST_SUITE(sim_event, TEST(queue_run__fires_in_order_of_time),
           TEST(queue_run__ties_fire_by_phase_then_by_sequence),
           TEST(queue_run__stops_at_its_end_and_goes_on),
           TEST(queue_run__fires_what_is_due_at_the_last_moment),
           TEST(queue_schedule__moves_a_pending_event),
           TEST(queue_schedule__gives_a_moved_event_a_new_turn),
           TEST(queue_cancel__takes_out_first_middle_and_last),
           TEST(queue_cancel__leaves_an_idle_event_alone), TEST(queue_fini__leaves_events_idle),
           TEST(fire__may_schedule_itself_again), TEST(fire__may_schedule_others_for_now),
           TEST(fire__may_cancel_and_move_others), TEST(queue_stop__ends_the_run_at_this_event),
           TEST(fire__may_free_its_own_event), TEST(queue__agrees_with_a_sorted_array),
           TEST(queue_schedule__forgets_where_an_event_was))
