/* Proxmox's rrddata. */
#include "tests/unit/counters/rows.h"

static void json__of_proxmox(void)
{
    static const char file[] =
        "[{\"cpu\":0.01,\"maxmem\":2147483648,\"mem\":536870912,\"time\":100},"
        "{\"maxmem\":2147483648,\"mem\":null,\"time\":160},{\"time\":220},\n"
        "{\"time\":280,\"mem\":1073741824}]";
    check_rows_of(file, "used", "web", "web: 0 512: 180 1024; 2 missing");
    check_rows(file, "size", "vm: 0 2048: 60 2048; 2 missing");
    check_refused(file, "cpu", "'cpu', which is a count");
    check_rows(
        "{\"data\": [{\"time\": 5, \"mem\": 1048576, \"name\": \"a\"}, {\"time\": 5, \"mem\": "
        "2097152, \"vmid\": 101}]}",
        "used", "a,101: 0 1 2");
}

static void json__of_proxmox_as_text(void)
{
    check_rows("[{\"time\":\"1700000000\",\"mem\":\"1048576\"},{\"time\":1.70000006e9,\"mem\":2."
               "097152e6}]",
               "used", "vm: 0 1: 60 2");
    check_refused("[{\"name\": \"web\", \"vmid\": 100, \"mem\": 5, \"status\": \"running\"}]",
                  "used", "expected a time beside 'mem', found none");
}

static void json__of_sadf(void)
{
    check_rows("{\"sysstat\": {\"hosts\": [{\"nodename\": \"web\", \"number-of-cpus\": 4, "
               "\"statistics\": ["
               "{\"timestamp\": {\"date\": \"2026-07-23\", \"time\": \"00:10:01\", \"utc\": 1},"
               " \"cpu-load\": [{\"cpu\": \"all\", \"user\": 1.5}],"
               " \"memory\": {\"memused\": 2048, \"active\": 1024, \"memused-percent\": 5.5}},"
               "{\"timestamp\": {\"date\": \"2026-07-23\", \"time\": \"00:20:01\", \"utc\": 1},"
               " \"memory\": {\"memused\": 2048, \"active\": 2048}}]}]}}",
               "active", "web: 0 1: 600 2");
}

static void json__of_prometheus(void)
{
    static const char two[] =
        "{\"status\":\"success\",\"data\":{\"result\":["
        "{\"metric\":{\"__name__\":\"used_bytes\",\"domain\":\"web\",\"instance\":\"a:9\"},"
        "\"values\":[[1700000000,\"1048576\"],[1700000015.5,\"NaN\"]]},"
        "{\"metric\":{\"__name__\":\"used_bytes\",\"domain\":\"%s\",\"instance\":\"b:9\"},"
        "\"values\":[[1700000000,\"2097152\"],[1700000015.5,\"3145728\"]]}]}}";
    char file[600];

    snprintf(file, sizeof file, two, "db");
    check_rows(file, "used_bytes", "web,db: 0 1 2: 15.5 - 3; 1 missing");
    snprintf(file, sizeof file, two, "web");
    check_refused(file, "used_bytes",
                  "expected one series of each VM, found a second one of 'web'");
}

static void json__of_anything_else_is_refused(void)
{
    check_refused("[{\"time\": \"soon\", \"mem\": 1}]", "used", "expected 'used', found mem");
    check_refused("[{\"time\": 5, \"mem\": 1", "used", "found the end of the file");
    check_refused("[\"time\"]", "used", "expected statistics, found none");
    check_rows("[web]\n10\nactual 1024\n", "size", "web: 0 1");
}

TEST_SUITE(counters_json, TEST(json__of_proxmox), TEST(json__of_proxmox_as_text),
           TEST(json__of_sadf), TEST(json__of_prometheus), TEST(json__of_anything_else_is_refused))
