/*
 * Independent named streams of random numbers over GSL.
 *
 * A stream is derived from (seed, replicate, name) alone, so one part of a model that draws more
 * or fewer numbers disturbs no other part, and runs with common random numbers can be paired.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

struct sim_random {
    void *rng; /* private: a gsl_rng */
};

/* `name` is any string that is unique in the run, such as "vm.linux.victim". */
void sim_random_init(struct sim_random *random, uint64_t seed, uint32_t replicate,
                     const char *name);
void sim_random_fini(struct sim_random *random);

uint32_t sim_random_below(struct sim_random *random, uint32_t n); /* uniform in 0 .. n - 1, n > 0 */
double sim_random_unit(struct sim_random *random);                /* uniform in [0, 1) */
double sim_random_exponential(struct sim_random *random, double mean);

/* Draws of 0 .. count - 1 in proportion to given weights, in constant time (GSL's
 * gsl_ran_discrete). */
struct sim_discrete {
    void *table; /* private */
};
void sim_discrete_init(struct sim_discrete *discrete, const double *weights, uint32_t count);
void sim_discrete_fini(struct sim_discrete *discrete); /* accepts a zeroed one */
uint32_t sim_discrete_draw(const struct sim_discrete *discrete, struct sim_random *random);

/* A 64-bit mix of two words, for content ids and for keys of streams: not a stream itself. With the
 * same b, no two a give the same. */
uint64_t sim_mix64(uint64_t a, uint64_t b);

#endif
