/*
 * Changes of the policy that give VMs more overhead than there is memory for.
 *
 * Admission control reserves a VM's min and the most overhead that it can have. A change in a run
 * could break that promise to the VMs that are on, so it is refused before the run.
 */
#include "ballast/config/layers.h"

#define MB_OF(pages) ((double)(pages)*MP_PAGE_SIZE / (1024 * 1024))

/* By the schedule; admission control may have refused it. */
static bool is_on(const struct experiment_config *config, uint32_t vm, double at_s)
{
    const struct config_vm *of = &config->vms[vm];
    bool on = of->power_on_s <= at_s && at_s < of->power_off_s;
    for (uint32_t i = 0; i < config->power_count && config->powers[i].at_s <= at_s; i++) {
        const struct config_power *power = &config->powers[i];
        if (power->vm == vm && (power->kind == CONFIG_POWER_ON || power->kind == CONFIG_POWER_OFF))
            on = power->kind == CONFIG_POWER_ON;
    }
    return on;
}

/* What admission control reserves for the VMs that are on. */
static double reserved_mb(const struct experiment_config *config,
                          const struct mp_tunables *tunables, double at_s)
{
    double mb = 0;
    for (uint32_t i = 0; i < config->vm_count; i++)
        if (is_on(config, i, at_s))
            mb += config->vms[i].min_mb +
                  MB_OF(mp_overhead_full_pages(tunables, config_pages(config->vms[i].memory_mb)));
    return mb;
}

int config_overhead_check(const struct config_file *layers, const struct experiment_config *config,
                          struct sim_error *error)
{
    const struct mp_tunables *before = &config->tunables;
    double most_mb = config->machine.memory_mb - config->machine.hypervisor_mb;
    for (uint32_t i = 0, k = 0; i < layers->change_count; i++) {
        if (config_is_power(&layers->changes[i]))
            continue;
        const struct config_change *change = &config->changes[k++];
        double mb = reserved_mb(config, &change->tunables, change->at_s);
        /* Where it was too much before, some VM was refused, and the run itself must see. */
        if (mb > most_mb && reserved_mb(config, before, change->at_s) <= most_mb)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: %s: expected overhead that fits with the mins of the VMs "
                                 "that are on into %.10g MB (memory_mb less hypervisor_mb), found "
                                 "%.10g MB",
                                 layers->changes[i].value.origin, change->key, most_mb, mb);
        before = &change->tunables;
    }
    return SIM_OK;
}
