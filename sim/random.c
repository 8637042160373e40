/*
 * Named streams of random numbers, by GSL.
 *
 * The generator is L'Ecuyer's combined Tausworthe generator (taus2), one of the three that GSL's
 * manual recommends for simulation. Its period is 2^88. Its state has 24 bytes, so the streams of a
 * thousand VMs stay in the cache. GSL seeds it with 32 bits.
 */
#include "sim/random.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "sim/memory.h"

/* Odd constants with well spread bits: 2^64 divided by the golden ratio, and the two of G. Steele,
 * D. Lea and C. Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014), in
 * Stafford's variant 13. */
#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15)
#define MIX_FIRST    UINT64_C(0xbf58476d1ce4e5b9)
#define MIX_SECOND   UINT64_C(0x94d049bb133111eb)

static uint64_t avalanche(uint64_t x)
{
    x = (x ^ (x >> 30)) * MIX_FIRST;
    x = (x ^ (x >> 27)) * MIX_SECOND;
    return x ^ (x >> 31);
}

/* There are two rounds: after one, (a, b) and (a + GOLDEN_RATIO, b - 1) would be equal. */
uint64_t sim_mix64(uint64_t a, uint64_t b)
{
    return avalanche(avalanche(a + GOLDEN_RATIO) + b * GOLDEN_RATIO);
}

static uint64_t stream_key(uint64_t seed, uint32_t replicate, const char *name)
{
    uint64_t key = sim_mix64(seed, replicate);
    for (const char *c = name; *c != '\0'; c++)
        key = sim_mix64(key, (unsigned char)*c);
    return key;
}

/* GSL's own ends the program as a bug does, where only memory is short. */
static void on_error(const char *reason, const char *file, int line, int number)
{
    if (number == GSL_ENOMEM)
        sim_memory_short();
    fprintf(stderr, "%s:%d: %s\n", file, line, reason);
    abort();
}

void sim_random_init(struct sim_random *random, uint64_t seed, uint32_t replicate, const char *name)
{
    gsl_set_error_handler(on_error);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, stream_key(seed, replicate, name) >> 32);
    random->rng = rng;
}

void sim_random_fini(struct sim_random *random)
{
    gsl_rng_free(random->rng);
    random->rng = NULL;
}

uint32_t sim_random_below(struct sim_random *random, uint32_t n)
{
    assert(n > 0);
    return (uint32_t)gsl_rng_uniform_int(random->rng, n);
}

double sim_random_unit(struct sim_random *random)
{
    return gsl_rng_uniform(random->rng);
}

double sim_random_exponential(struct sim_random *random, double mean)
{
    return gsl_ran_exponential(random->rng, mean);
}

void sim_discrete_init(struct sim_discrete *discrete, const double *weights, uint32_t count)
{
    discrete->table = gsl_ran_discrete_preproc(count, weights);
}

void sim_discrete_fini(struct sim_discrete *discrete)
{
    if (discrete->table)
        gsl_ran_discrete_free(discrete->table);
    discrete->table = NULL;
}

uint32_t sim_discrete_draw(const struct sim_discrete *discrete, struct sim_random *random)
{
    return (uint32_t)gsl_ran_discrete(random->rng, discrete->table);
}
