cat >governor.c <<'END'
#include <assert.h>
#include <string.h>

#include "models/policy/mp_governor.h"

int main(void)
{
    assert(mp_governor_find("example") != NULL);
    assert(strcmp(mp_governor_find("example")->name, "example") == 0);
    return 0;
}
END
gcc -no-pie -I. -o governor governor.c build/plain/libpolicy.a
./governor
