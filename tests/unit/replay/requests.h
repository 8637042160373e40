/* A file of requests as oracleGeneral has them, for tests. */
#ifndef TESTS_REQUESTS_H
#define TESTS_REQUESTS_H

#include "ballast/replay/trace.h"
#include "tests/check.h"
#include "tests/unit/traces/files.h"

enum { REQUESTS_MOST = 20000 };

/* Request i is of the object objects[i]. */
static inline void requests_put(const char *path, const uint32_t *objects, uint32_t count)
{
    static uint8_t bytes[REQUESTS_MOST * 24];
    for (uint32_t i = 0; i < count; i++) {
        uint64_t object = objects[i] * UINT64_C(1000003), none = UINT64_MAX;
        uint32_t size = 1, seconds = i / 100;
        memcpy(bytes + i * 24, &seconds, 4);
        memcpy(bytes + i * 24 + 4, &object, 8);
        memcpy(bytes + i * 24 + 12, &size, 4);
        memcpy(bytes + i * 24 + 16, &none, 8);
    }
    file_put(path, bytes, (size_t)count * 24);
}

#endif
