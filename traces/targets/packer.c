/*
 * An output file that appears only when it is complete, compressed with zstd if its name ends in
 * .zst.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "traces/output.h"
#include "traces/targets/parts.h"

#define COMPRESSION_LEVEL 3 /* the default of zstd */

struct tr_packer {
    struct tr_output output;
    ZSTD_CStream *zstd; /* NULL: not compressed */
    size_t used;        /* of `bytes` */
    uint8_t bytes[1 << 18];
};

static int flush(struct tr_packer *packer, struct sim_error *error)
{
    size_t count = packer->used;

    packer->used = 0;
    return tr_output_write(&packer->output, packer->bytes, count, error);
}

int tr_packer_open(const char *path, struct tr_packer **out, struct sim_error *error)
{
    size_t length = strlen(path);
    struct tr_packer *packer = malloc(sizeof *packer);

    *out = NULL;
    if (!packer)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    packer->zstd = NULL;
    packer->used = 0;
    int status = tr_output_open(&packer->output, path, error);
    if (status == SIM_OK && length > 4 && strcmp(path + length - 4, ".zst") == 0) {
        packer->zstd = ZSTD_createCStream();
        if (!packer->zstd ||
            ZSTD_isError(
                ZSTD_CCtx_setParameter(packer->zstd, ZSTD_c_compressionLevel, COMPRESSION_LEVEL)) ||
            ZSTD_isError(ZSTD_CCtx_setParameter(packer->zstd, ZSTD_c_checksumFlag, 1)))
            status = sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    }
    if (status == SIM_OK)
        *out = packer;
    else
        tr_packer_abandon(packer);
    return status;
}

/* Compresses `bytes` into the file; with ZSTD_e_end also all that zstd still holds. */
static int pack(struct tr_packer *packer, const void *bytes, size_t count, ZSTD_EndDirective how,
                struct sim_error *error)
{
    ZSTD_inBuffer in = {bytes, count, 0};
    size_t left;

    do {
        ZSTD_outBuffer out = {packer->bytes, sizeof packer->bytes, packer->used};
        left = ZSTD_compressStream2(packer->zstd, &out, &in, how);
        if (ZSTD_isError(left))
            return sim_error_set(error, SIM_SYSTEM, "%s: cannot compress: %s", packer->output.path,
                                 ZSTD_getErrorName(left));
        packer->used = out.pos;
        if (packer->used == sizeof packer->bytes && flush(packer, error) != SIM_OK)
            return SIM_SYSTEM;
    } while (in.pos < in.size || (how == ZSTD_e_end && left > 0));
    return SIM_OK;
}

int tr_packer_write(struct tr_packer *packer, const void *bytes, size_t count,
                    struct sim_error *error)
{
    const uint8_t *at = bytes;

    if (packer->zstd)
        return pack(packer, bytes, count, ZSTD_e_continue, error);
    while (count > 0) {
        size_t room = sizeof packer->bytes - packer->used, piece = count < room ? count : room;
        memcpy(packer->bytes + packer->used, at, piece);
        packer->used += piece;
        at += piece;
        count -= piece;
        if (packer->used == sizeof packer->bytes && flush(packer, error) != SIM_OK)
            return SIM_SYSTEM;
    }
    return SIM_OK;
}

int tr_packer_close(struct tr_packer *packer, struct sim_error *error)
{
    int status = packer->zstd ? pack(packer, NULL, 0, ZSTD_e_end, error) : SIM_OK;

    if (status == SIM_OK)
        status = flush(packer, error);
    if (status == SIM_OK)
        status = tr_output_close(&packer->output, error);
    tr_packer_abandon(packer);
    return status;
}

void tr_packer_abandon(struct tr_packer *packer)
{
    if (!packer)
        return;
    tr_output_abandon(&packer->output);
    ZSTD_freeCStream(packer->zstd);
    free(packer);
}
