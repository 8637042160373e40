/*
 * The program's release, build, compiler and libraries.
 *
 * This is the one file that is compiled anew when the commit changes. The Makefile includes
 * built.h before it, which ballast/run/built.sh writes.
 */
#include "ballast/run/program.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#ifndef BUILT_COMMIT
#define BUILT_COMMIT    "" /* no git */
#define BUILT_DIRTY     0
#define BUILT_LIBRARIES ""
#endif

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static uint64_t hash_of_program(void)
{
    struct stat st;
    uint64_t hash = 0;
    int descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0 && fstat(descriptor, &st) == 0 && st.st_size > 0) {
        size_t bytes = (size_t)st.st_size;
        void *program = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (program != MAP_FAILED) {
            hash = XXH64(program, bytes, 0);
            munmap(program, bytes);
        }
    }
    if (descriptor >= 0)
        close(descriptor);
    return hash;
}

const char *program_build(void)
{
    static char build[80];
    const char *commit = BUILT_COMMIT;
    if (build[0] != '\0')
        return build;
    if (commit[0] == '\0')
        snprintf(build, sizeof build, "program.%016" PRIx64, hash_of_program());
    else if (BUILT_DIRTY)
        snprintf(build, sizeof build, "%.40s-dirty.%016" PRIx64, commit, hash_of_program());
    else
        snprintf(build, sizeof build, "%.40s", commit);
    return build;
}

void program_print(FILE *out)
{
    fprintf(out, "ballast %s\nbuild: %s\ncompiler: %s\nlibraries: %s\n", BALLAST_VERSION,
            program_build(), COMPILER, BUILT_LIBRARIES);
}
