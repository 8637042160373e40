/* Options that `compare` and `diff` share. */
#ifndef CLI_COMPARE_OPTIONS_H
#define CLI_COMPARE_OPTIONS_H

#include "ballast/cli/options.h"
#include "ballast/comparison/comparison.h"

struct compare_only {
    const char *at[COMPARISON_ONLY_MOST];
    uint32_t count;
};

struct compare_options {
    struct compare_only only;
    struct tolerances tolerances;
    bool all;
    int form; /* enum sim_listing_form */
};

#define COMPARE_OPTIONS 6u
extern const struct option_row compare_option_rows[COMPARE_OPTIONS];

/* A group of these options, in the member `shared` of the command's struct. */
#define COMPARE_OPTION_GROUP(owner)                                                                \
    {                                                                                              \
        .title = "What is compared and told", .rows = compare_option_rows,                         \
        .count = COMPARE_OPTIONS, .offset = offsetof(struct owner, shared)                         \
    }

/* Fills in what the options say. */
void compare_request_fill(const struct compare_options *options,
                          struct comparison_request *request);
/* Prints it. SIM_FAILED where something is beyond its tolerance. `command` is for the message. */
int compare_tell(const char *command, const struct compare_options *options,
                 const struct comparison *comparison, struct sim_error *error);

#endif
