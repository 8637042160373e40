#include "tests/unit/host/fixture.h"

#include <stdlib.h>

#include "models/policy/mp_scanner.h"

static void program_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct fixture_program *self = sim_event_owner(program, struct fixture_program, program);
    self->last_ns = now_ns;
    if (self->done < self->count)
        *op = self->ops[self->done++];
    else
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER - 1};
}

static void observe(void *context, uint64_t at_ns, const char *vm, const char *kind,
                    const char *detail)
{
    struct fixture *fixture = context;
    size_t used = strlen(fixture->log);
    (void)at_ns;
    snprintf(fixture->log + used, sizeof fixture->log - used, "%s %s %s;", kind, vm, detail);
}

void fixture_make(struct fixture *fixture, const struct fixture_shape *shape)
{
    memset(fixture, 0, sizeof *fixture);
    struct host_config config = {.machine = {.machine_pages = shape->machine_pages,
                                             .low_pages = shape->low_pages,
                                             .swap_pages = shape->swap_pages
                                                               ? shape->swap_pages
                                                               : shape->vm_pages * shape->vms},
                                 .cpu_mhz = 800,
                                 .costs = &fixture->costs,
                                 .hash_bits = shape->hash_bits,
                                 .vms = shape->vms,
                                 .cpus = shape->cpus,
                                 .swap_device = shape->swap_device,
                                 .keep_contents = shape->keep_contents,
                                 .keep_touched = shape->keep_touched,
                                 .keep_written = shape->keep_written,
                                 .seed = 5,
                                 .observer = {.context = fixture, .event = observe}};
    cost_table_preset(&fixture->costs);
    fixture->costs.monitor_ms = shape->monitor_cycles;
    mp_tunables_preset(&config.tunables);
    config.tunables.share_enabled = shape->sharing;
    config.tunables.remap_threshold = shape->remap_threshold;
    config.tunables.compress_cache_bp = shape->compress_cache_bp;
    config.tunables.share_scan_vm_pages_s = shape->scan_pages_s;
    config.tunables.share_scan_total_pages_s = shape->scan_pages_s * shape->vms;
    if (shape->scanner != NULL)
        config.members.scanner = mp_scanner_find(shape->scanner);
    config.tunables.overhead_start_pages = config.tunables.overhead_full_pages = 0;
    struct sim_error error = {0};
    sim_queue_init(&fixture->queue);
    fixture->host = host_new(&config, &fixture->queue, &error);
    if (!CHECK(fixture->host != NULL))
        exit(EXIT_FAILURE);
    for (uint32_t i = 0; i < shape->vms; i++) {
        static const char *const names[FIXTURE_VMS] = {"a", "b", "c", "d", "e",
                                                       "f", "g", "h", "i", "j"};
        struct guest_config guest = {.os = shape->balloon ? GUEST_LINUX_2_4 : GUEST_BARE,
                                     .memory_pages = shape->vm_pages,
                                     .boot = {.balloon_ns = shape->balloon ? 0 : SIM_NEVER},
                                     .balloon_most_pages = UINT32_MAX,
                                     .name = names[i]};
        struct mp_vm_config memory = {
            .max_pages = shape->vm_pages, .min_pages = shape->min_pages, .shares = 1000};
        CHECK_EQ(host_vm_add(fixture->host, &guest, &memory, &error), i);
        fixture->programs[i].program.next = program_next;
        guest_spawn(host_vm_guest(fixture->host, (int)i), &fixture->programs[i].program, 0);
    }
    fixture->vms = shape->vms;
}

void fixture_free(struct fixture *fixture)
{
    host_free(fixture->host);
    sim_queue_fini(&fixture->queue);
}

static struct guest_op *add(struct fixture *fixture, int vm, enum guest_op_kind kind)
{
    struct fixture_program *program = &fixture->programs[vm];
    struct guest_op *op = &program->ops[program->count++];
    op->kind = kind;
    op->pages = 1;
    return op;
}

void fixture_write(struct fixture *fixture, int vm, uint32_t ppn, uint64_t content)
{
    struct guest_op *op = add(fixture, vm, GUEST_OP_PHYSICAL);
    op->write = true;
    op->first = ppn;
    op->content = content;
}

void fixture_read(struct fixture *fixture, int vm, uint32_t ppn)
{
    add(fixture, vm, GUEST_OP_PHYSICAL)->first = ppn;
}

void fixture_compute(struct fixture *fixture, int vm, uint64_t ns)
{
    add(fixture, vm, GUEST_OP_COMPUTE)->ns = ns;
}

void fixture_device_io(struct fixture *fixture, int vm, uint32_t ppn, uint64_t content)
{
    struct guest_op *op = add(fixture, vm, GUEST_OP_DEVICE_IO);
    op->write = true;
    op->first = ppn;
    op->content = content;
}

void fixture_sleep(struct fixture *fixture, int vm, uint64_t until_ns)
{
    add(fixture, vm, GUEST_OP_SLEEP)->at_ns = until_ns;
}

void fixture_run(struct fixture *fixture, uint64_t until_ns)
{
    if (fixture->queue.now_ns == 0) {
        for (uint32_t i = 0; i < fixture->vms; i++)
            host_vm_power_on(fixture->host, (int)i);
    }
    sim_queue_run(&fixture->queue, until_ns);
    const char *wrong = host_verify(fixture->host);
    CHECK_TEXT(wrong ? wrong : "", "");
}
