/*
 * What the operations of requests mean: whether they read, write or delete. Internal to traces and
 * its rooms.
 */
#ifndef TR_OPS_H
#define TR_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/tr.h"

/* The numbers of libCacheSim's operations in lcs files. "None" (0) and "unknown" count as reads. */
enum { TR_OP_DELETE = 9, TR_OP_READ = 12, TR_OP_WRITE = 13, TR_OPS = 15, TR_OP_UNKNOWN = 255 };
/* Sets *access to that of an operation (0: a deletion). False if there is no such operation. */
bool tr_op_access(uint32_t op, uint8_t *access);

/* How a text writes operations. */
enum tr_ops {
    TR_OPS_NAMES, /* read, write, get, set, delete, R, W, ... */
    TR_OPS_SCSI,  /* the same, or codes of SCSI commands: 28 and 2a, or 40 and 42 in decimal */
    TR_OPS_RWBS,  /* letters of the kernel's block layer: R, WS, RA, D, FN */
    TR_OPS_EVENT, /* the name of perf's event: cpu/mem-loads/P, cpu/mem-stores/P */
    TR_OPS_DSRC,  /* perf's data source, a hexadecimal number: bit 1 loads, bit 2 stores */
};

enum tr_op_found {
    TR_OP_KNOWN,  /* *access is set; 0: a deletion */
    TR_OP_OTHER,  /* an operation that moves no data, or an unknown one */
    TR_OP_NUMBER, /* a number, and nothing says what it means */
};

/* `codes` is what the user says of the file's numbers, "0=read,1=write"; NULL: nothing. */
enum tr_op_found tr_op_of_text(const char *text, enum tr_ops ops, const char *codes,
                               uint8_t *access);
/* SIM_USAGE unless the text is "CODE=NAME,CODE=NAME...", each name one of TR_OPS_NAMES. */
int tr_op_check_codes(const char *codes, struct sim_error *error);

#endif
