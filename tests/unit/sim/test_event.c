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
    CHECK_EQ(sim_event_at_ns(&notes.queue, &all[2].event), 1);
    CHECK_EQ(sim_event_at_ns(&notes.queue, &all[0].event), 20);
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
    CHECK_EQ(sim_event_at_ns(&notes.queue, &actor.noting.event), 50);
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

/* ---- Against a slow model ---------------------------------------------------------------- */

#define CROWD 500u
#define STEPS 20000u

struct crowd {
    struct sim_queue queue;
    struct member {
        struct sim_event event;
        uint64_t at_ns, sequence;
        enum sim_phase phase;
        bool pending;
        struct crowd *crowd;
    } members[CROWD];
    uint64_t sequence, random, wrong;
};

static uint64_t crowd_random(struct crowd *crowd)
{
    crowd->random ^= crowd->random << 13;
    crowd->random ^= crowd->random >> 7;
    return crowd->random ^= crowd->random << 17;
}

static struct member *crowd_first(struct crowd *crowd)
{
    struct member *first = NULL;
    for (uint32_t i = 0; i < CROWD; i++) {
        struct member *m = &crowd->members[i];
        if (!m->pending)
            continue;
        if (first == NULL || m->at_ns < first->at_ns ||
            (m->at_ns == first->at_ns &&
             (m->phase < first->phase ||
              (m->phase == first->phase && m->sequence < first->sequence))))
            first = m;
    }
    return first;
}

/* Half of the times are close together, so that many are equal. */
static void crowd_schedule(struct crowd *crowd, struct member *m)
{
    m->at_ns = crowd->queue.now_ns + crowd_random(crowd) % (crowd_random(crowd) % 2 ? 4 : 100000);
    m->phase = (enum sim_phase)(crowd_random(crowd) % 5);
    m->sequence = crowd->sequence++;
    m->pending = true;
    sim_queue_schedule(&crowd->queue, &m->event, m->at_ns, m->phase);
}

static void crowd_act(struct crowd *crowd)
{
    struct member *m = &crowd->members[crowd_random(crowd) % CROWD];
    if (crowd_random(crowd) % 4 != 0) {
        crowd_schedule(crowd, m);
    } else {
        sim_queue_cancel(&crowd->queue, &m->event);
        m->pending = false;
    }
}

static void crowd_fire(struct sim_event *event, uint64_t now_ns)
{
    struct member *m = sim_event_owner(event, struct member, event);
    struct crowd *crowd = m->crowd;
    crowd->wrong += m != crowd_first(crowd) || now_ns != m->at_ns;
    m->pending = false;
    for (uint64_t n = crowd_random(crowd) % 4; n > 0; n--)
        crowd_act(crowd);
    for (uint32_t i = 0; i < CROWD; i++)
        crowd->wrong += crowd->members[i].pending != sim_event_pending(&crowd->members[i].event);
    sim_queue_stop(&crowd->queue);
}

static void queue__agrees_with_a_slow_model(void)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    crowd->random = 88172645463325252u;
    sim_queue_init(&crowd->queue);
    for (uint32_t i = 0; i < CROWD; i++) {
        crowd->members[i].crowd = crowd;
        sim_event_init(&crowd->members[i].event, crowd_fire);
    }
    for (uint32_t i = 0; i < STEPS; i++) {
        crowd_act(crowd);
        if (i % 2 == 0)
            sim_queue_run(&crowd->queue, SIM_NEVER);
    }
    CHECK(crowd->queue.fired > STEPS / 4);
    CHECK(crowd->queue.ties > 100);
    CHECK_EQ(crowd->wrong, 0);
    sim_queue_fini(&crowd->queue);
    free(crowd);
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
           TEST(fire__may_free_its_own_event), TEST(queue__agrees_with_a_slow_model))
