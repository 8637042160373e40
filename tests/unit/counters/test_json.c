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

static void json__of_anything_else_is_refused(void)
{
    check_refused("[{\"time\": \"soon\", \"mem\": 1}]", "used", "expected 'used', found mem");
    check_refused("[{\"time\": 5, \"mem\": 1", "used", "found the end of the file");
    check_refused("[\"time\"]", "used", "expected statistics, found none");
}

TEST_SUITE(counters_json, TEST(json__of_proxmox), TEST(json__of_anything_else_is_refused))
