/*
 * Formats that are not read. They are recognised by their first bytes, so that the message can say
 * how to get a file that is read.
 */
#include <inttypes.h>

#include "traces/images/parts.h"
#include "traces/input.h"

#define AS_ELF                                                                                     \
    "dump again as ELF: `dump-guest-memory FILE` in QEMU's monitor, or `virsh dump --memory-only " \
    "--format elf`"

#define VMWARE                                                                                     \
    "a saved state of VMware; if there is a .vmem file beside it, scan that with --raw; if not, "  \
    "the "                                                                                         \
    "memory is inside: run `vmss2core -M FILE` and scan vmss.core"

#define XEN "a saved domain of Xen; dump it as a core: `xl dump-core VM FILE`"

struct refusal {
    const char *signature;
    size_t bytes;
    const char *what;
};

static const struct refusal refusals[] = {
    {"makedumpfile\0\0\0\0", 16, "a flattened kdump (dump-guest-memory -z, -l or -s); " AS_ELF},
    {"KDUMP   ", 8, "a compressed kdump; " AS_ELF},
    {"DISKDUMP", 8, "a compressed kdump; " AS_ELF},
    {"PAGEDUMP", 8, "a Windows crash dump (dump-guest-memory -w); " AS_ELF},
    {"PAGEDU64", 8, "a Windows crash dump (dump-guest-memory -w); " AS_ELF},
    {"LibvirtQemudSave", 16, "a migration stream of virsh save; " AS_ELF},
    {"LibvirtQemudPart", 16, "an unfinished migration stream of virsh save; " AS_ELF},
    {"QEVM", 4, "a migration stream (virsh dump without --memory-only); " AS_ELF},
    {"QFI\xfb", 4, "a qcow2 disk; start the VM from it and " AS_ELF},
    {"AVML\2\0\0\0", 8, "a compressed AVML image; run `avml-convert FILE OUT` first"},
    {"\x7fVirtualBox SavedState", 22,
     "a saved state of VirtualBox; use `VBoxManage debugvm VM dumpvmcore --filename=FILE`"},
    {"\xd0\xbe\xd2\xbe", 4, VMWARE},
    {"\xd1\xba\xd1\xba", 4, VMWARE},
    {"\xd2\xbe\xd2\xbe", 4, VMWARE},
    {"\xd3\xbe\xd3\xbe", 4, VMWARE},
    {"\xd3\xbe\xd2\xbe", 4, VMWARE},
    {"HIBR", 4, "a hibernation file of Windows, which is compressed; " AS_ELF},
    {"hibr", 4, "a hibernation file of Windows, which is compressed; " AS_ELF},
    {"MDMP", 4, "a minidump of Windows, which holds one process; " AS_ELF},
    {"XenSavedDomain\n", 15, XEN},
    {"Xen domain saved", 16, XEN},
    {"\xff\xff\xff\xff\xff\xff\xff\xffXENF", 12, XEN},
    {"KDMV", 4, "a disk of VMware; memory is in a .vmem, .vmss or .vmsn file"},
    {"vhdxfile", 8, "a disk of Hyper-V, which holds no memory"},
    {"conectix", 8, "a disk of Hyper-V, which holds no memory"},
    {"<<< Oracle VM VirtualBox Disk", 29,
     "a disk of VirtualBox; use `VBoxManage debugvm VM dumpvmcore --filename=FILE`"},
    {"EVF\x09\x0d\x0a\xff", 7,
     "an image of EnCase; run `ewfexport FILE` and scan the result with --raw"},
    {"PERFILE2", 8, "a recording of perf; it holds no memory"},
};

const char *snapshot_refusal(const struct tr_snapshot *snapshot)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (snapshot_begins(snapshot, refusals[i].signature, refusals[i].bytes))
            return refusals[i].what;
    return tr_input_refusal(snapshot->file, snapshot->file_bytes);
}

int snapshot_refuse(const struct tr_snapshot *snapshot, struct sim_error *error)
{
    const char *what = snapshot_refusal(snapshot);

    if (what != NULL)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected a memory image, found %s",
                             snapshot->path, what);
    return sim_error_set(
        error, SIM_BAD_DATA,
        "%s: expected an ELF or Xen core, a LiME image, page hashes (.h64) or a native "
        "trace (.btr), found none of their signatures; a raw image (pmemsave, not "
        "memsave) needs --raw or a range list, %s.ranges; a hash trace of Memory "
        "Buddies needs --buddies",
        snapshot->path, snapshot->path);
}
