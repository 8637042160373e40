/*
 * Reclaim in the background, and by whoever asks when that is too slow. kswapd is a thread of the
 * guest: it wakes when less than the low watermark is free, and works until the high one is
 * reached. Where less than the least watermark is free, the process that asks for a page reclaims
 * by itself, and counts as stalled meanwhile (stall.h).
 */
#ifndef GUEST_KSWAPD_H
#define GUEST_KSWAPD_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/lru.h"
#include "models/guest/process.h"
#include "models/guest/program.h"

struct guest;

struct kswapd {
    struct guest_program program;
    uint32_t number;   /* of its process */
    struct queue idle; /* it waits here until it is woken */
    struct lru_round round;
    bool in_round;
    uint32_t priority; /* of the round */
    uint32_t failures; /* times in a row that it found nothing to free */
};

/* Makes the thread; for an OS that keeps its lists apart. */
void guest_kswapd_init(struct guest *guest);
enum step guest_kswapd_step(struct guest *guest, struct process *process);

/* A page is asked for: wakes kswapd, and reclaims, as far as that is due. */
void guest_kswapd_make_room(struct guest *guest);

#endif
