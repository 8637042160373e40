/*
 * A device that ends every request after a microsecond.
 */
#include "models/cost/device.h"

static uint32_t most_at_once(const struct cost_storage *storage)
{
    (void)storage;
    return 8;
}

static uint64_t end_ns(const struct cost_storage *storage, struct cost_device_state *state,
                       const struct cost_request *request, uint64_t now_ns)
{
    (void)storage;
    (void)state;
    (void)request;
    return now_ns + 1000;
}

const struct cost_device cost_device_example = {
    .name = "example",
    .summary = "an example",
    .most_at_once = most_at_once,
    .end_ns = end_ns,
};
