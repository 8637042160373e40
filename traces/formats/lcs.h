/*
 * The layout of libCacheSim's lcs format, for its reader and its writer. Numbers are little-endian.
 */
#ifndef TR_LCS_H
#define TR_LCS_H

#include <stdint.h>

#define LCS_MAGIC UINT64_C(0x123456789abcdef0) /* the first and the last 8 bytes of the header */

enum {
    LCS_HEADER_BYTES = 8192, /* the format's own comment says 1024, its assertion 8192 */
    LCS_AT_VERSION = 8,
    /* Statistics, 64 bits each. */
    LCS_AT_STAT_VERSION = 16,
    LCS_AT_REQUESTS = 24,
    LCS_AT_OBJECTS = 32,
    LCS_AT_REQUEST_BYTES = 40,
    LCS_AT_OBJECT_BYTES = 48,
    LCS_AT_FIRST_S = 56,
    LCS_AT_LAST_S = 64,
    LCS_AT_READS = 72,
    LCS_AT_WRITES = 80,
    LCS_AT_DELETIONS = 88,
    LCS_AT_SMALLEST_BYTES = 96,
    LCS_AT_LARGEST_BYTES = 104,
    LCS_AT_END_MAGIC = 8184,
};

/* A request has: u32 seconds; u64 object; the size (u32, from version 3 on 64 bits); from version 2
 * on u8 operation and u24 tenant; from version 3 on u32 time to live; i64 number of the object's
 * next request; from version 4 on numbers that users define themselves. */
enum {
    LCS_VERSION_MOST = 8,
    LCS_AT_OBJECT = 4,
    LCS_AT_SIZE = 12,
    LCS_V2_AT_OP = 16,
    LCS_V2_AT_NEXT = 20,
    LCS_V2_BYTES = 28,
    LCS_V3_AT_OP = 20,
};

#endif
