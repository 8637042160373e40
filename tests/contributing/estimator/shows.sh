cat >estimator.c <<'END'
#include <assert.h>
#include <string.h>

#include "models/policy/mp_estimator.h"

int main(void)
{
    assert(mp_estimator_find("example") != NULL);
    assert(strcmp(mp_estimator_find("example")->name, "example") == 0);
    return 0;
}
END
gcc -no-pie -I. -o estimator estimator.c build/plain/libpolicy.a
./estimator
