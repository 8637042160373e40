/*
 * Independent streams of random numbers, each with a name.
 *
 * A stream depends on (seed, replicate, name) only. So a part of a model that draws more or fewer
 * numbers does not disturb the other parts, and two runs with the same seed can be compared in
 * pairs.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

struct sim_random {
    void *rng; /* private: a gsl_rng */
};

/* `name` is any text that is unique in the run, such as "vm.linux.victim". */
void sim_random_init(struct sim_random *random, uint64_t seed, uint32_t replicate,
                     const char *name);
void sim_random_fini(struct sim_random *random);

uint32_t sim_random_below(struct sim_random *random, uint32_t n); /* uniform in 0 .. n - 1, n > 0 */
double sim_random_unit(struct sim_random *random);                /* uniform in [0, 1) */
double sim_random_exponential(struct sim_random *random, double mean);

/* Draws of 0 .. count - 1 with probabilities in proportion to given weights, in constant time
 * (gsl_ran_discrete of GSL). */
struct sim_discrete {
    void *table; /* private */
};
void sim_discrete_init(struct sim_discrete *discrete, const double *weights, uint32_t count);
void sim_discrete_fini(struct sim_discrete *discrete); /* accepts a zeroed one */
uint32_t sim_discrete_draw(const struct sim_discrete *discrete, struct sim_random *random);

/* Mixes two words into one, for content ids and for keys of streams. For the same b, different a
 * give different results. It is no stream of random numbers. */
uint64_t sim_mix64(uint64_t a, uint64_t b);

#endif
