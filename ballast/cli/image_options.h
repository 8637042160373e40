/*
 * Options that say what a memory image does not say of itself, for the commands that read them.
 */
#ifndef CLI_IMAGE_OPTIONS_H
#define CLI_IMAGE_OPTIONS_H

#include <getopt.h>

#include "traces/images/snapshot.h"

/* Rows for getopt_long(), and what takes one of them. */
enum { IMAGE_RAW = 300, IMAGE_HASHES, IMAGE_PAGEMAP, IMAGE_KPAGEFLAGS, IMAGE_BUDDIES };
#define IMAGE_OPTIONS                                                                              \
    {"raw", no_argument, NULL, IMAGE_RAW}, {"hashes", no_argument, NULL, IMAGE_HASHES},            \
        {"pagemap", no_argument, NULL, IMAGE_PAGEMAP},                                             \
        {"kpageflags", required_argument, NULL, IMAGE_KPAGEFLAGS},                                 \
    {                                                                                              \
        "buddies", required_argument, NULL, IMAGE_BUDDIES                                          \
    }
int image_option(int option, const char *value, struct tr_snapshot_options *options,
                 struct sim_error *error);

#endif
