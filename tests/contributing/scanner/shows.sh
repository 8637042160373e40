cat >scanner.c <<'END'
#include <assert.h>
#include <string.h>

#include "models/policy/mp_scanner.h"

int main(void)
{
    assert(mp_scanner_find("example") != NULL);
    assert(strcmp(mp_scanner_find("example")->name, "example") == 0);
    return 0;
}
END
gcc -no-pie -I. -o scanner scanner.c build/plain/libpolicy.a
./scanner
