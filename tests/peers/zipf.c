/*
 * Writes requests for objects whose popularity follows Zipf's law with exponent 1, in libCacheSim's
 * format oracleGeneral. Objects have numbers anywhere in 64 bits.
 *
 *     zipf OBJECTS REQUESTS >FILE
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double uniform(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) * 0x1p-53;
}

/* By the inverse of the distribution function. */
static uint64_t draw(const double *sums, uint64_t objects, uint64_t *state)
{
    double u = uniform(state) * sums[objects - 1];
    uint64_t low = 0, high = objects - 1;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (sums[middle] < u)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int main(int count, char **arguments)
{
    uint64_t objects = count == 3 ? strtoull(arguments[1], NULL, 10) : 0;
    uint64_t requests = count == 3 ? strtoull(arguments[2], NULL, 10) : 0, state = 7;
    double *sums = objects > 0 ? calloc(objects, sizeof *sums) : NULL, sum = 0;
    if (sums == NULL) {
        fprintf(stderr, "usage: zipf OBJECTS REQUESTS >FILE\n");
        return 2;
    }
    for (uint64_t i = 0; i < objects; i++)
        sums[i] = sum += 1.0 / (double)(i + 1);
    for (uint64_t i = 0; i < requests; i++) {
        uint8_t request[24];
        uint32_t seconds = (uint32_t)(i / 5000), size = 1;
        uint64_t next = UINT64_MAX;
        uint64_t object = (draw(sums, objects, &state) + 1) * UINT64_C(0x9e3779b97f4a7c15);
        memcpy(request, &seconds, 4);
        memcpy(request + 4, &object, 8);
        memcpy(request + 12, &size, 4);
        memcpy(request + 16, &next, 8);
        fwrite(request, sizeof request, 1, stdout);
    }
    free(sums);
    return fflush(stdout) != 0 || ferror(stdout) ? 4 : 0;
}
