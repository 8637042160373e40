#include "sim/random.h"

#include <gsl/gsl_errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/error.h"
#include "tests/check.h"

static void draw(uint64_t seed, uint32_t replicate, const char *name, uint32_t *numbers)
{
    struct sim_random random;
    sim_random_init(&random, seed, replicate, name);
    for (int i = 0; i < 8; i++)
        numbers[i] = sim_random_below(&random, UINT32_MAX);
    sim_random_fini(&random);
}

static void random_init__repeats_for_the_same_three(void)
{
    uint32_t a[8], b[8];
    draw(7, 3, "vm.linux.victim", a);
    draw(7, 3, "vm.linux.victim", b);
    CHECK_EQ(memcmp(a, b, sizeof a), 0);
}

static void random_init__differs_in_seed_replicate_and_name(void)
{
    uint32_t base[8], other[3][8];
    draw(7, 3, "scan", base);
    draw(8, 3, "scan", other[0]);
    draw(7, 4, "scan", other[1]);
    draw(7, 3, "scam", other[2]);
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 8; i++)
            CHECK(base[i] != other[k][i]);
    }
}

/* The first numbers of 256 streams all differ; with seeds of 8 bits two would likely be equal. */
static void random_init__spreads_neighbouring_seeds(void)
{
    uint32_t numbers[8], seen[256];
    for (uint32_t i = 0; i < 256; i++) {
        draw(i / 16, i % 16, "x", numbers);
        seen[i] = numbers[0];
        for (uint32_t k = 0; k < i; k++)
            CHECK(seen[k] != seen[i]);
    }
}

static void random_below__is_even_and_within_bounds(void)
{
    struct sim_random random;
    uint32_t counts[10] = {0};
    sim_random_init(&random, 1, 0, "below");
    for (int i = 0; i < 100000; i++) {
        uint32_t n = sim_random_below(&random, 10);
        if (CHECK(n < 10))
            counts[n]++;
    }
    double chi2 = 0;
    for (int i = 0; i < 10; i++)
        chi2 += (counts[i] - 1e4) * (counts[i] - 1e4) / 1e4;
    CHECK(chi2 < 27.9); /* 9 degrees of freedom, 0.1% */
    CHECK_EQ(sim_random_below(&random, 1), 0);
    sim_random_fini(&random);
}

static void random_unit__has_the_moments_of_uniform_numbers(void)
{
    struct sim_random random;
    double sum = 0, squares = 0;
    sim_random_init(&random, 1, 0, "unit");
    for (int i = 0; i < 100000; i++) {
        double u = sim_random_unit(&random);
        CHECK(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
    }
    CHECK_NEAR(sum / 1e5, 0.5, 0.004);
    CHECK_NEAR(squares / 1e5, 1.0 / 3, 0.004);
    sim_random_fini(&random);
}

static void random_exponential__has_its_mean_and_tail(void)
{
    struct sim_random random;
    double sum = 0;
    int beyond = 0;
    sim_random_init(&random, 1, 0, "exponential");
    for (int i = 0; i < 100000; i++) {
        double x = sim_random_exponential(&random, 20);
        sum += x;
        beyond += x > 40;
    }
    CHECK_NEAR(sum / 1e5, 20, 0.3);
    CHECK_NEAR(beyond / 1e5, exp(-2), 0.005);
    sim_random_fini(&random);
}

static void mix64__changes_half_of_the_bits(void)
{
    int changed = 0;
    for (int bit = 0; bit < 64; bit++) {
        uint64_t flip = UINT64_C(1) << bit;
        changed += __builtin_popcountll(sim_mix64(5, 9) ^ sim_mix64(5 ^ flip, 9));
        changed += __builtin_popcountll(sim_mix64(5, 9) ^ sim_mix64(5, 9 ^ flip));
    }
    CHECK_NEAR(changed / 128.0, 32, 1.5);
}

static void mix64__tells_the_order_of_its_words(void)
{
    CHECK(sim_mix64(1, 2) != sim_mix64(2, 1));
    CHECK(sim_mix64(0, 0) != 0);
}

/* The contents of pages and the random streams of stored results depend on these numbers. */
static void mix64__is_what_it_always_was(void)
{
    CHECK_EQ(sim_mix64(0, 0), UINT64_C(0x48218226ff3cd4bf));
    CHECK_EQ(sim_mix64(1, 2), UINT64_C(0xf18d6ce93d6cf1ee));
}

static void discrete_draw__is_in_proportion_to_the_weights(void)
{
    static const double weights[] = {5, 0, 3, 2};
    uint32_t counts[4] = {0};
    struct sim_random random;
    struct sim_discrete discrete;
    sim_random_init(&random, 1, 0, "discrete");
    sim_discrete_init(&discrete, weights, 4);
    for (int i = 0; i < 100000; i++)
        counts[sim_discrete_draw(&discrete, &random)]++;
    for (int i = 0; i < 4; i++) /* six standard deviations are 950 */
        CHECK_NEAR(counts[i], weights[i] * 10000, 950);
    CHECK_EQ(counts[1], 0);
    sim_discrete_fini(&discrete);
    sim_discrete_fini(&discrete); /* nothing is left to free */
    sim_random_fini(&random);
}

static void random__short_memory_in_gsl_is_no_bug(void)
{
    struct sim_random random;
    int how = 0;
    sim_random_init(&random, 1, 0, "any");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        fclose(stderr);
        gsl_error("no memory", __FILE__, __LINE__, GSL_ENOMEM);
        _exit(0);
    }
    CHECK_EQ(waitpid(child, &how, 0), child);
    CHECK(WIFEXITED(how) && WEXITSTATUS(how) == SIM_SYSTEM);
    sim_random_fini(&random);
}

TEST_SUITE(sim_random, TEST(random__short_memory_in_gsl_is_no_bug),
           TEST(discrete_draw__is_in_proportion_to_the_weights),
           TEST(random_init__repeats_for_the_same_three),
           TEST(random_init__differs_in_seed_replicate_and_name),
           TEST(random_init__spreads_neighbouring_seeds),
           TEST(random_below__is_even_and_within_bounds),
           TEST(random_unit__has_the_moments_of_uniform_numbers),
           TEST(random_exponential__has_its_mean_and_tail), TEST(mix64__changes_half_of_the_bits),
           TEST(mix64__tells_the_order_of_its_words), TEST(mix64__is_what_it_always_was))
