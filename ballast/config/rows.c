/*
 * The tables of keys.
 */
#include "ballast/config/rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct experiment_config, field)
static const struct sim_row top_rows[] = {
    {"name", SIM_ROW_NAME, AT(name), 0, 0, NULL, true, "",
     "the name of the experiment in the database"},
    {"title", SIM_ROW_TEXT, AT(title), 0, 0, "", false, "",
     "one line that describes the experiment"},
    {"figure", SIM_ROW_TEXT, AT(figure), 0, 0, "", false, "",
     "the figure of the paper, such as \"Figure 7\""},
    {"duration_s", SIM_ROW_REAL, AT(duration_s), 0.001, WL_SECONDS_MOST, NULL, true, "s",
     "the simulated time"},
    {"sample_every_s", SIM_ROW_REAL, AT(sample_every_s), 0.001, WL_SECONDS_MOST, "5", false, "s",
     "the time between two samples of the series; the paper's figures have 5 s"},
    {"seeds", SIM_ROW_COUNT, AT(seeds), 1, 10000, "1", false, "",
     "a full run takes the seeds from 1 to this number"},
};
#undef AT

/* "|disk|nvme|..." */
#define COST_DEVICE(id, name) "|" #name
static const char devices[] =
#include "models/cost/devices.def"
    ;
#undef COST_DEVICE

#define AT(field) offsetof(struct config_machine, field)
static const struct sim_row machine_rows[] = {
    {"memory_mb", SIM_ROW_REAL, AT(memory_mb), 1, WL_MB_MOST, NULL, true, "MB",
     "all memory of the machine"},
    {"low_mb", SIM_ROW_REAL, AT(low_mb), 0, WL_MB_MOST, "4096", false, "MB",
     "the memory that 32-bit devices can reach, from address 0 on"},
    {"hypervisor_mb", SIM_ROW_REAL, AT(hypervisor_mb), 0, WL_MB_MOST, NULL, true, "MB",
     "the memory that the hypervisor keeps for itself"},
    {"swap_mb", SIM_ROW_REAL, AT(swap_mb), 0, WL_MB_MOST, NULL, true, "MB",
     "the hypervisor's swap device"},
    {"swap_device", SIM_ROW_CHOICE, AT(swap_device), 0, 0, "disk", false, devices + 1,
     "what the hypervisor swaps to; zram is compressed machine memory"},
    {"disk_device", SIM_ROW_CHOICE, AT(disk_device), 0, 0, "disk", false, devices + 1,
     "what the VMs' virtual disks lie on, each on its own; not zram"},
    {"cpus", SIM_ROW_COUNT, AT(cpus), 1, 4096, NULL, true, "",
     "the number of CPUs; VMs share them by cpu_shares if there are more VMs than CPUs"},
    {"cpu_mhz", SIM_ROW_COUNT, AT(cpu_mhz), 1, 100000, NULL, true, "MHz",
     "the clock rate of each CPU"},
    {"hash_bits", SIM_ROW_COUNT, AT(hash_bits), 16, 64, "64", false, "bits",
     "the size of the hash of a page's contents; a small one shows what collisions do"},
    {"scale", SIM_ROW_COUNT, AT(scale), 1, MP_MOST_PAGE_SCALE, "1", false, "",
     "one page is simulated of so many, and stands for all of them: for large machines"},
};
#undef AT

#define AT(field) offsetof(struct config_vm, field)
static const struct sim_row vm_rows[] = {
    {"name", SIM_ROW_NAME, AT(name), 0, 0, NULL, true, "",
     "the name of the VM; no two VMs have the same"},
    {"guest", SIM_ROW_NAME, AT(guest.preset), 0, 0, NULL, true, "",
     "the preset of the guest OS (experiments/presets/guest)"},
    {"memory_mb", SIM_ROW_REAL, AT(memory_mb), 1, WL_VM_MB_MOST, NULL, true, "MB",
     "the size that the guest sees; the \"max\" of the paper"},
    {"min_mb", SIM_ROW_REAL, AT(min_mb), 0, WL_VM_MB_MOST, NULL, true, "MB",
     "the memory that the VM has even if memory is overcommitted"},
    {"limit_mb", SIM_ROW_REAL_OR_NONE, AT(limit_mb), 1, WL_VM_MB_MOST, "none", false, "MB",
     "the most machine memory that the VM may have; none: as much as memory_mb"},
    {"shares", SIM_ROW_COUNT, AT(shares), 0, UINT32_MAX, NULL, false, "",
     "the VM's claim to memory in proportion to others; 10 for each MB unless given (ESX Server "
     "2)"},
    {"page_sharing", SIM_ROW_BOOL, AT(page_sharing), 0, 0, "yes", false, "",
     "whether the VM's pages are tried for sharing (QEMU: mem-merge)"},
    {"share_salt", SIM_ROW_COUNT, AT(share_salt), 0, UINT32_MAX, "0", false, "",
     "by policy.share_salting, VMs of one salt share pages; 0: none (vSphere: "
     "sched.mem.pshare.salt)"},
    {"cpu_shares", SIM_ROW_COUNT, AT(cpu_shares), 1, 100000, "1000", false, "",
     "the VM's claim to CPU time if there are more VMs than CPUs"},
    {"power_on_s", SIM_ROW_REAL, AT(power_on_s), 0, WL_SECONDS_MOST, "0", false, "s",
     "the VM is powered on"},
    {"power_off_s", SIM_ROW_REAL_OR_NONE, AT(power_off_s), 0, WL_SECONDS_MOST, "none", false, "s",
     "the VM is powered off; none: never"},
};
#undef AT

#define AT(field) offsetof(struct config_guest, field)
static const struct sim_row guest_rows[] = {
    {"os", SIM_ROW_CHOICE, AT(os), 0, 0, NULL, true, "bare|linux-2.4|windows-2000|linux-6",
     "the guest OS that is modelled"},
    {"guest_swap_mb", SIM_ROW_REAL, AT(swap_mb), 0, WL_VM_MB_MOST, NULL, true, "MB",
     "the size of the guest's own paging device"},
    {"guest_swap_device", SIM_ROW_CHOICE, AT(swap_device), 0, 0, "disk", false, "disk|zram",
     "what it is: a part of the guest's disk, or its own memory, compressed"},
    {"background_mb", SIM_ROW_REAL, AT(background_mb), 0, WL_VM_MB_MOST, "0", false, "MB",
     "the memory that the idle OS keeps touching"},
    {"balloon_pages_s", SIM_ROW_COUNT, AT(balloon_pages_s), 0, 1000000, "1000", false, "pages/s",
     "the highest rate at which the balloon driver takes pages"},
    {"balloon_deflate_pages_s", SIM_ROW_COUNT, AT(balloon_deflate_pages_s), 1, 1000000, "500",
     false, "pages/s", "the rate at which the balloon driver gives pages back"},
    {"balloon_most_mb", SIM_ROW_REAL_OR_NONE, AT(balloon_most_mb), 0, WL_VM_MB_MOST, "none", false,
     "MB", "the largest balloon that the guest OS allows"},
    {"balloon_deflate_on_oom", SIM_ROW_BOOL, AT(balloon_deflate_on_oom), 0, 0, "no", false, "",
     "the balloon gives pages back before the guest kills a process (virtio-balloon)"},
    {"free_page_reporting", SIM_ROW_BOOL, AT(free_page_reporting), 0, 0, "no", false, "",
     "the hypervisor takes back what the guest has free in whole blocks of 2 MiB"},
    {"swappiness", SIM_ROW_COUNT, AT(swappiness), 0, 200, "60", false, "",
     "what reading a page of a file again costs beside reading back one of a process, 100: the "
     "same (Linux: vm.swappiness)"},
    {"refault_distance", SIM_ROW_BOOL, AT(refault_distance), 0, 0, "yes", false, "",
     "a page that comes back too soon after it was reclaimed becomes active at once"},
    {"huge_share", SIM_ROW_FRACTION, AT(huge_share_bp), 0, 1, "0", false, "fraction",
     "the share of the memory of processes that is given in pages of 2 MiB (Linux: THP)"},
};
#undef AT

#define AT(field) offsetof(struct config_boot, field)
static const struct sim_row boot_rows[] = {
    {"early_s", SIM_ROW_REAL, AT(early_s), 0, WL_SECONDS_MOST, "0", false, "s",
     "the time in which loader and kernel start, from power-on"},
    {"early_mb", SIM_ROW_REAL, AT(early_mb), 0, WL_PROCESS_MB_MOST, "0", false, "MB",
     "the memory that they touch, evenly over early_s"},
    {"zero_mb_s", SIM_ROW_REAL, AT(zero_mb_s), 0, WL_VM_MB_MOST, "0", false, "MB/s",
     "the rate at which Windows then zeroes all memory; 0: as fast as it can"},
    {"services_s", SIM_ROW_REAL, AT(services_s), 0, WL_SECONDS_MOST, "0", false, "s",
     "the time in which services then start"},
    {"services_mb", SIM_ROW_REAL, AT(services_mb), 0, WL_PROCESS_MB_MOST, "0", false, "MB",
     "the memory that they touch, evenly over services_s"},
    {"balloon_s", SIM_ROW_REAL_OR_NONE, AT(balloon_s), 0, WL_SECONDS_MOST, "none", false, "s",
     "when the balloon driver starts, from power-on; none: there is no driver"},
    {"image", SIM_ROW_COUNT, AT(image), 0, 1000000, "0", false, "",
     "the number of the disk image; VMs of one image have equal files and programs"},
};
#undef AT

#define AT(field) offsetof(struct config_record, field)
static const struct sim_row record_rows[] = {
    {"optimum", SIM_ROW_BOOL, AT(optimum), 0, 0, "no", false, "",
     "record the exact optimum of sharing at every sample"},
    {"touched", SIM_ROW_BOOL, AT(touched), 0, 0, "no", false, "",
     "record the pages that are really touched in each sampling period"},
    {"written", SIM_ROW_BOOL, AT(written), 0, 0, "no", false, "",
     "keep what guests wrote; proves contents, and counts writes to hinted pages"},
};
#undef AT

static const struct sim_row entry_rows[] = {
    {"count", SIM_ROW_COUNT, offsetof(struct config_entry, count), 1, CONFIG_VMS_MOST, NULL, false,
     "", "the entry stands for so many equal VMs, named NAME1, NAME2, ..."},
};

static const struct sim_row workload_rows[] = {
    {"start_s", SIM_ROW_REAL, offsetof(struct config_workload, start_s), 0, WL_SECONDS_MOST, NULL,
     false, "s", "when the workload starts, from the start of the run; at power-on unless given"},
};

const struct sim_section config_top_section = SIM_SECTION("the experiment", top_rows);
const struct sim_section config_vm_section = SIM_SECTION("vm", vm_rows);
const struct sim_section config_guest_section = SIM_SECTION("guest", guest_rows);
const struct sim_section config_boot_section = SIM_SECTION("boot", boot_rows);
const struct sim_section config_entry_section = SIM_SECTION("vm", entry_rows);
const struct sim_section config_workload_section = SIM_SECTION("workload", workload_rows);

const struct sim_section *config_policy_section(void)
{
    static struct sim_row rows[SIM_ROWS_MOST];
    static struct sim_section section = {"policy", rows, 0};

    assert(mp_tunable_row_count <= SIM_ROWS_MOST);
    for (uint32_t i = section.count; i < mp_tunable_row_count; i++) {
        const struct mp_tunable_row *tunable = &mp_tunable_rows[i];
        bool tax = strcmp(tunable->name, "idle_tax_bp") == 0;
        rows[i] = (struct sim_row){.key = tax ? "idle_tax" : tunable->name,
                                   .type = tax ? SIM_ROW_FRACTION : SIM_ROW_COUNT,
                                   .offset = tunable->offset,
                                   .least = tunable->least / (tax ? 1e4 : 1),
                                   .most = tunable->most / (tax ? 1e4 : 1),
                                   .unit = tax ? "fraction" : tunable->unit,
                                   .help = tunable->source};
        section.count = i + 1;
    }
    return &section;
}

/* Of struct cost_table. */
static const struct sim_section *cost_section(void)
{
    static struct sim_row rows[SIM_ROWS_MOST];
    static char presets[SIM_ROWS_MOST][24];
    static struct sim_section section = {"cost", rows, 0};

    assert(cost_row_count <= SIM_ROWS_MOST);
    for (uint32_t i = section.count; i < cost_row_count; i++) {
        const struct cost_row *cost = &cost_rows[i];
        snprintf(presets[i], sizeof presets[i], "%.10g", cost->value);
        rows[i] = (struct sim_row){.key = cost->name,
                                   .type = SIM_ROW_COUNT,
                                   .offset = cost->offset,
                                   .least = cost->least,
                                   .most = cost->most,
                                   .preset = presets[i],
                                   .unit = cost->unit,
                                   .help = cost->source};
        section.count = i + 1;
    }
    return &section;
}

const struct sim_section *config_machine_section(void)
{
    static const struct sim_section section = SIM_SECTION("machine", machine_rows);
    return &section;
}

const struct sim_section *config_record_section(void)
{
    static const struct sim_section section = SIM_SECTION("record", record_rows);
    return &section;
}

const struct config_part config_parts[CONFIG_PARTS] = {
    [CONFIG_MACHINE] = {"machine", config_machine_section,
                        offsetof(struct experiment_config, machine), true, "The machine"},
    [CONFIG_POLICY] = {"policy", config_policy_section,
                       offsetof(struct experiment_config, tunables), true,
                       "The policy; each with the source of its default"},
    [CONFIG_COST] = {"cost", cost_section, offsetof(struct experiment_config, costs), true,
                     "What things cost on the modelled hardware; each with its source"},
    [CONFIG_RECORD] = {"record", config_record_section, offsetof(struct experiment_config, record),
                       false, "What is recorded"},
};
