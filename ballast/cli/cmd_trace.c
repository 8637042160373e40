/*
 * `ballast trace`: what is in recordings, and other formats made into the native one.
 */
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/cli/trace.h"

static int trace(int argc, char **argv, struct sim_error *error)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv, struct sim_error *error);
    } parts[] = {{"info", trace_info},
                 {"convert", trace_convert},
                 {"cat", trace_cat},
                 {"record", trace_record},
                 {"series", trace_series}};
    const char *what = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(what, parts[i].name) == 0)
            return parts[i].run(argc - 1, argv + 1, error);
    return sim_error_set(error, SIM_USAGE,
                         "trace: expected info, convert, cat, record or series, found '%s'", what);
}

const struct command command_trace = {
    .name = "trace",
    .usage =
        "info FILE... [--json]\n"
        "       ballast trace convert INPUT... OUTPUT [--to FORMAT] [--until S] [--at S,S,...]\n"
        "       ballast trace cat FILE...\n"
        "       ballast trace record [--workload NAME] [--seed N] [--memory-mb N] [--seconds S]\n"
        "                            [--window S] [--at S,S,...] [--key TEXT] [--quiet] OUTPUT\n"
        "       ballast trace record --pid N [--every S] [--seconds S] [--key TEXT] OUTPUT\n"
        "       ballast trace record [--every S] [--seconds S] [--key TEXT] OUTPUT -- COMMAND...\n"
        "       ballast trace series STATISTICS [OUTPUT.csv] [--metric NAME] [--vm NAME]",
    .summary = "Looks into recorded traces and converts them",
    .details =
        "  info     the header of each recording and what it holds; reads all of it, so that a\n"
        "           damaged one is refused\n"
        "  convert  a recording to the format of OUTPUT's ending: .btr (native), .oracleGeneral,\n"
        "           .lcs, .csv, the latter three perhaps with .zst; or --to. --until keeps what\n"
        "           ends by then. Memory images of one machine need --at, their times in seconds,\n"
        "           and where they hold real bytes --key TEXT: only hashes with this key are\n"
        "           written; those with the same key can be compared. --merge S makes one window "
        "of\n"
        "           those that end within S seconds, and so a small recording of a large one\n"
        "  cat      the records as text, a line each\n"
        "  record   a new recording. Without --pid or a command: a guest of Debian's kernel and\n"
        "           busybox under QEMU, --seconds (60) of its time; it runs a workload: idle,\n"
        "           sort, files, anon or mixed; a window each --window (0.2 s), all memory looked\n"
        "           at --at these times; the same options give the same bytes. With --pid N or a\n"
        "           command: that process, looked at each --every (1 s). Contents are kept as\n"
        "           hashes under a key: --key TEXT makes recordings comparable\n"
        "  series   MB of VMs over time for a workload's `activity`, out of what esxtop -b,\n"
        "           virsh dommemstat (blocks after a line of `date +%s`) or KSM printed. "
        "--metric:\n"
        "           active (the default), size, used, granted, target, or a counter's own name;\n"
        "           --vm names the VM where the statistics do not\n\n"
        "Formats that are read, found by content (--from NAME says it instead), plain or\n"
        "compressed with zstd, gzip or zlib:\n"
        "  native         Ballast's own (.btr)\n"
        "  pgt            page touches of a QEMU guest, by an older recorder\n"
        "  lackey         accesses of a process: valgrind --tool=lackey --trace-mem=yes\n"
        "  oracleGeneral, lcs\n"
        "                 libCacheSim's requests; an object is a page\n"
        "  csv            requests as text; columns are found by their names in the first line,\n"
        "                 or --csv time-col=1,obj-id-col=2,op-col=3,tenant-col=4,\n"
        "                 has-header=true,delimiter=;,obj-id-is-num=false,time-unit=ms\n"
        "  damon-json, damon-text, damon-binary\n"
        "                 DAMON's regions: damo record (json, json_compressed), perf script of\n"
        "                 damon:damon_aggregated, tools before 2022. Estimates: a region's share\n"
        "                 of accessed samples is the share of its pages that count as touched\n"
        "  memory images  ELF cores, LiME, page hashes (.h64) and, with --raw, --hashes or\n"
        "                 --buddies, all that `ballast scan` reads; with --at\n\n"
        "What a recording does not say: --page-bytes N (4096), --window N (accesses in a window\n"
        "where there is no time; 1000), --tenant N (of lcs and csv), --clock TEXT, --source TEXT,\n"
        "--zero-hash HEX (of page hashes).\n\n"
        "  ballast trace info traces/samples/A1.btr --json\n"
        "  ballast trace convert --at 30,90 A1.t0.h64.zst A1.t1.h64.zst A1.btr\n"
        "  ballast trace convert --at 0,60 --key secret web.t0.elf web.t1.elf web.btr\n"
        "  ballast trace convert traces/samples/T1.btr T1.oracleGeneral.zst\n"
        "  ballast trace cat traces/samples/T1.btr | head\n"
        "  ballast trace record --workload sort --seconds 30 sort.btr\n"
        "  ballast trace record --every 0.5 build.btr -- make -j2\n"
        "  ballast trace series esxtop.csv activity.csv\n"
        "  ballast trace series dommemstat.log size.csv --metric size --vm web\n",
    .run = trace,
};
