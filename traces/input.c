/*
 * A file as a stream of bytes or lines, uncompressed on the way, and in UTF-8.
 *
 * The hazard is a compressed file that was cut short. A decompressor gives out the bytes that it
 * has; only its state tells that more should have come.
 */
#include "traces/input.h"

#include <errno.h>
#include <inttypes.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "sim/file.h"

enum { PACKED_BYTES = 1 << 17 };

/* What a dictionary of xz may take: `xz -9` needs 65 MB. zstd has the same limit. */
#define XZ_MEMORY_MOST (UINT64_C(1) << 27)

enum encoding { UTF_8, UTF_16_LITTLE, UTF_16_BIG };

struct tr_input {
    char *path;
    int fd;
    uint64_t file_bytes, file_read;
    /* One of these, or none if the file is not compressed. */
    ZSTD_DStream *zstd;
    z_stream *zlib;
    lzma_stream *xz;
    enum encoding encoding; /* of a file that is not compressed */
    bool has_begun;         /* a mark of UTF-8 at the beginning was looked for */
    bool frame_open;        /* the compressed stream has begun and not ended */
    bool at_end;            /* the file has no more bytes */
    ZSTD_inBuffer packed;
    uint64_t bytes, lines;
    size_t begin, end; /* the part of `plain` that was not taken yet */
    uint8_t packed_bytes[PACKED_BYTES];
    uint8_t plain[TR_INPUT_PEEK_MOST + 1]; /* room for a NUL behind the last line */
};

/* ---- The file ---------------------------------------------------------------------------- */

static int no_memory(const char *path, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
}

static int cannot_unpack(const struct tr_input *input, const char *why, struct sim_error *error)
{
    return sim_error_set(error, SIM_BAD_DATA, "%s: cannot uncompress: %s", input->path, why);
}

/* Reads the next piece of the file; it has 0 bytes at the end. */
static int read_piece(struct tr_input *input, uint8_t *to, size_t room, size_t *got,
                      struct sim_error *error)
{
    ssize_t count;

    do {
        count = read(input->fd, to, room);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", input->path,
                             strerror(errno));
    *got = (size_t)count;
    input->file_read += *got;
    input->at_end = count == 0;
    return SIM_OK;
}

/* Keeps the bytes that were not used: at most half a character. */
static int refill_packed(struct tr_input *input, struct sim_error *error)
{
    size_t left = input->packed.size - input->packed.pos, got = 0;

    memmove(input->packed_bytes, input->packed_bytes + input->packed.pos, left);
    int status = read_piece(input, input->packed_bytes + left, PACKED_BYTES - left, &got, error);
    input->packed.pos = 0;
    input->packed.size = left + got;
    return status;
}

/* ---- Text in UTF-16 ---------------------------------------------------------------------- */

/* PowerShell writes a byte order mark; here a character of ASCII must follow. */
static enum encoding encoding_of(const uint8_t *bytes, size_t count)
{
    if (count >= 4 && bytes[0] == 0xff && bytes[1] == 0xfe && bytes[2] < 0x80 && bytes[2] >= '\t' &&
        bytes[3] == 0)
        return UTF_16_LITTLE;
    if (count >= 4 && bytes[0] == 0xfe && bytes[1] == 0xff && bytes[2] == 0 && bytes[3] < 0x80 &&
        bytes[3] >= '\t')
        return UTF_16_BIG;
    return UTF_8;
}

/* Adds one character. Half of a pair, as of an emoji, becomes a question mark. */
static void put_character(struct tr_input *input, unsigned unit)
{
    uint8_t *to = input->plain + input->end;
    unsigned length = unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;

    if (unit >= 0xd800 && unit < 0xe000) {
        unit = '?';
        length = 1;
    }
    for (unsigned i = length; i-- > 1; unit >>= 6)
        to[i] = (uint8_t)(0x80 | (unit & 0x3f));
    to[0] = (uint8_t)(length == 1 ? unit : length == 2 ? 0xc0 | unit : 0xe0 | unit);
    input->end += length;
}

static void decode(struct tr_input *input)
{
    unsigned high = input->encoding == UTF_16_LITTLE;

    while (input->packed.size - input->packed.pos >= 2 && input->end + 3 <= TR_INPUT_PEEK_MOST) {
        const uint8_t *at = input->packed_bytes + input->packed.pos;
        put_character(input, (unsigned)(at[high] << 8 | at[!high]));
        input->packed.pos += 2;
    }
}

/* A mark of UTF-8 at the beginning of a text says nothing. */
static void skip_mark(struct tr_input *input)
{
    const uint8_t *text = input->plain + input->begin;
    size_t count = input->end - input->begin;

    if (input->has_begun || count < 3)
        return;
    input->has_begun = true;
    if (memcmp(text, "\xef\xbb\xbf", 3) == 0 && !memchr(text, '\0', count < 256 ? count : 256))
        input->begin += 3;
}

/* ---- Compression ------------------------------------------------------------------------- */

static int begin_zstd(struct tr_input *input, struct sim_error *error)
{
    input->zstd = ZSTD_createDStream();
    return input->zstd ? SIM_OK : no_memory(input->path, error);
}

static int begin_zlib(struct tr_input *input, struct sim_error *error)
{
    enum { GZIP_OR_ZLIB = 15 + 32 };

    input->zlib = calloc(1, sizeof *input->zlib);
    if (!input->zlib || inflateInit2(input->zlib, GZIP_OR_ZLIB) != Z_OK)
        return no_memory(input->path, error);
    return SIM_OK;
}

static int begin_xz(struct tr_input *input, struct sim_error *error)
{
    static const lzma_stream fresh = LZMA_STREAM_INIT;

    input->xz = malloc(sizeof *input->xz);
    if (!input->xz)
        return no_memory(input->path, error);
    *input->xz = fresh;
    return SIM_OK;
}

/* The signature of zlib has two bytes only, and other files may begin alike. So the first bytes
 * must also uncompress. */
static bool looks_like_zlib(const uint8_t *bytes, size_t count)
{
    uint8_t scratch[256];
    z_stream stream = {.next_in = (uint8_t *)(uintptr_t)bytes,
                       .avail_in = (uInt)count,
                       .next_out = scratch,
                       .avail_out = sizeof scratch};

    if (count < 2 || bytes[0] != 0x78 || (bytes[0] << 8 | bytes[1]) % 31 != 0 ||
        inflateInit(&stream) != Z_OK)
        return false;
    int result = inflate(&stream, Z_SYNC_FLUSH);
    inflateEnd(&stream);
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}

static int begin_unpacking(struct tr_input *input, struct sim_error *error)
{
    static const uint8_t zstd_magic[4] = {0x28, 0xb5, 0x2f, 0xfd}, gzip_magic[3] = {0x1f, 0x8b, 8},
                         xz_magic[6] = {0xfd, '7', 'z', 'X', 'Z', 0};
    const uint8_t *bytes = input->packed_bytes;
    size_t count = input->packed.size;

    if (count >= sizeof zstd_magic && memcmp(bytes, zstd_magic, sizeof zstd_magic) == 0)
        return begin_zstd(input, error);
    if (count >= sizeof gzip_magic && memcmp(bytes, gzip_magic, sizeof gzip_magic) == 0)
        return begin_zlib(input, error);
    if (count >= sizeof xz_magic && memcmp(bytes, xz_magic, sizeof xz_magic) == 0)
        return begin_xz(input, error);
    if (looks_like_zlib(bytes, count))
        return begin_zlib(input, error);
    input->encoding = encoding_of(bytes, count);
    if (input->encoding != UTF_8) {
        input->packed.pos = 2;
        return SIM_OK;
    }
    /* The file is not compressed: the bytes that were read are the first plain ones. */
    memcpy(input->plain, bytes, count);
    input->end = count;
    input->packed.pos = count;
    skip_mark(input);
    return SIM_OK;
}

static int unpack_zstd(struct tr_input *input, struct sim_error *error)
{
    ZSTD_outBuffer out = {input->plain, TR_INPUT_PEEK_MOST, input->end};
    size_t hint = ZSTD_decompressStream(input->zstd, &out, &input->packed);

    if (ZSTD_isError(hint))
        return cannot_unpack(input, ZSTD_getErrorName(hint), error);
    input->end = out.pos;
    input->frame_open = hint != 0;
    return SIM_OK;
}

static int unpack_zlib(struct tr_input *input, struct sim_error *error)
{
    z_stream *stream = input->zlib;

    if (!input->frame_open && input->bytes + input->end > 0) { /* padding between two members */
        while (input->packed.pos < input->packed.size &&
               input->packed_bytes[input->packed.pos] == 0)
            input->packed.pos++;
        if (input->packed.pos == input->packed.size)
            return SIM_OK;
    }
    if (!input->frame_open && inflateReset(stream) != Z_OK)
        return cannot_unpack(input, "zlib is in disorder", error);
    stream->next_in = input->packed_bytes + input->packed.pos;
    stream->avail_in = (uInt)(input->packed.size - input->packed.pos);
    stream->next_out = input->plain + input->end;
    stream->avail_out = (uInt)(TR_INPUT_PEEK_MOST - input->end);
    int result = inflate(stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return cannot_unpack(input, stream->msg ? stream->msg : "the data are damaged", error);
    input->packed.pos = input->packed.size - stream->avail_in;
    input->end = TR_INPUT_PEEK_MOST - stream->avail_out;
    input->frame_open = result != Z_STREAM_END;
    return SIM_OK;
}

static int unpack_xz(struct tr_input *input, struct sim_error *error)
{
    lzma_stream *stream = input->xz;

    if (!input->frame_open && lzma_stream_decoder(stream, XZ_MEMORY_MOST, 0) != LZMA_OK)
        return no_memory(input->path, error);
    stream->next_in = input->packed_bytes + input->packed.pos;
    stream->avail_in = input->packed.size - input->packed.pos;
    stream->next_out = input->plain + input->end;
    stream->avail_out = TR_INPUT_PEEK_MOST - input->end;
    lzma_ret result = lzma_code(stream, LZMA_RUN);
    if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR)
        return cannot_unpack(input,
                             result == LZMA_MEMLIMIT_ERROR ? "it needs more than 128 MB of memory"
                                                           : "the data are damaged",
                             error);
    input->packed.pos = input->packed.size - stream->avail_in;
    input->end = TR_INPUT_PEEK_MOST - stream->avail_out;
    input->frame_open = result != LZMA_STREAM_END;
    return SIM_OK;
}

static int unpack(struct tr_input *input, struct sim_error *error)
{
    if (input->encoding != UTF_8)
        decode(input);
    return input->zstd   ? unpack_zstd(input, error)
           : input->zlib ? unpack_zlib(input, error)
           : input->xz   ? unpack_xz(input, error)
                         : SIM_OK;
}

/* Adds plain bytes, at least one unless the file ends. The caller has made room. */
static int fill(struct tr_input *input, struct sim_error *error)
{
    size_t before = input->end, got = 0;
    int status = SIM_OK;

    if (!tr_input_is_packed(input) && input->encoding == UTF_8) {
        status = read_piece(input, input->plain + before, TR_INPUT_PEEK_MOST - before, &got, error);
        input->end += status == SIM_OK ? got : 0;
        return status;
    }
    while (status == SIM_OK && input->end == before) {
        if (input->packed.size - input->packed.pos < (input->encoding == UTF_8 ? 1 : 2))
            status = refill_packed(input, error);
        /* A decompressor gives out what it still holds without more input. Outside of a frame it
         * must not be asked, since that would begin another frame. */
        if (status == SIM_OK && (input->frame_open || input->packed.size > 0))
            status = unpack(input, error);
        if (input->at_end)
            break;
    }
    if (status == SIM_OK && input->end == before && input->frame_open)
        return sim_error_set(error, SIM_BAD_DATA, "%s: the compressed data are cut short",
                             input->path);
    skip_mark(input);
    return status;
}

/* ---- Open and close ---------------------------------------------------------------------- */

static int begin(struct tr_input *input, const char *path, struct sim_error *error)
{
    const char *problem;
    struct stat file;

    input->fd = -1;
    input->path = strdup(path);
    if (!input->path)
        return no_memory(path, error);
    input->fd = sim_file_open(path, &problem);
    if (input->fd < 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", path, problem);
    if (fstat(input->fd, &file) == 0 && S_ISREG(file.st_mode))
        input->file_bytes = (uint64_t)file.st_size;
    input->packed.src = input->packed_bytes;
    int status = refill_packed(input, error);
    return status == SIM_OK ? begin_unpacking(input, error) : status;
}

int tr_input_open(const char *path, struct tr_input **out, struct sim_error *error)
{
    struct tr_input *input = malloc(sizeof *input);

    *out = NULL;
    if (!input)
        return no_memory(path, error);
    memset(input, 0, offsetof(struct tr_input, packed_bytes));
    int status = begin(input, path, error);
    if (status == SIM_OK)
        *out = input;
    else
        tr_input_close(input);
    return status;
}

void tr_input_close(struct tr_input *input)
{
    if (!input)
        return;
    if (input->fd >= 0)
        close(input->fd);
    ZSTD_freeDStream(input->zstd);
    if (input->zlib)
        inflateEnd(input->zlib);
    free(input->zlib);
    if (input->xz)
        lzma_end(input->xz);
    free(input->xz);
    free(input->path);
    free(input);
}

/* ---- Bytes and lines --------------------------------------------------------------------- */

int tr_input_peek(struct tr_input *input, size_t wanted, const uint8_t **bytes, size_t *got,
                  struct sim_error *error)
{
    int status = SIM_OK;

    if (input->end - input->begin < wanted && input->begin > 0) {
        memmove(input->plain, input->plain + input->begin, input->end - input->begin);
        input->end -= input->begin;
        input->begin = 0;
    }
    while (status == SIM_OK && input->end - input->begin < wanted) {
        size_t before = input->end;
        status = fill(input, error);
        if (input->end == before)
            break;
    }
    *bytes = input->plain + input->begin;
    *got = input->end - input->begin;
    return status;
}

void tr_input_skip(struct tr_input *input, size_t count)
{
    input->begin += count;
    input->bytes += count;
}

int tr_input_read(struct tr_input *input, void *to, size_t wanted, size_t *got,
                  struct sim_error *error)
{
    *got = 0;
    while (*got < wanted) {
        const uint8_t *bytes;
        size_t there;
        int status = tr_input_peek(input, 1, &bytes, &there, error);
        if (status != SIM_OK)
            return status;
        if (there == 0)
            break;
        size_t count = there < wanted - *got ? there : wanted - *got;
        memcpy((uint8_t *)to + *got, bytes, count);
        tr_input_skip(input, count);
        *got += count;
    }
    return SIM_OK;
}

int tr_input_read_all(struct tr_input *input, void *to, size_t wanted, const char *what,
                      struct sim_error *error)
{
    size_t got;
    uint64_t at = input->bytes;
    int status = tr_input_read(input, to, wanted, &got, error);

    if (status == SIM_OK && got < wanted)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte %" PRIu64 ": expected %zu bytes of %s, found %zu",
                             input->path, at, wanted, what, got);
    return status;
}

int tr_input_line(struct tr_input *input, const char **line, size_t *length,
                  struct sim_error *error)
{
    size_t searched = 0, there = input->end - input->begin;
    const uint8_t *bytes = input->plain + input->begin, *newline;

    /* If a line comes in pieces, only the new piece is searched. */
    while (!(newline = memchr(bytes + searched, '\n', there - searched))) {
        searched = there;
        if (there == TR_INPUT_PEEK_MOST) {
            sim_error_set(error, SIM_BAD_DATA,
                          "%s:%" PRIu64
                          ": expected a line of less than %u bytes, found a longer one",
                          input->path, input->lines + 1, TR_INPUT_PEEK_MOST);
            return -1;
        }
        if (tr_input_peek(input, there + 1, &bytes, &there, error) != SIM_OK)
            return -1;
        if (there == searched)
            break;
    }
    if (there == 0)
        return 0;
    size_t count = newline ? (size_t)(newline - bytes) : there;
    tr_input_skip(input, count + (newline != NULL));
    input->lines++;
    uint8_t *text = input->plain + (bytes - input->plain);
    if (newline && count > 0 && text[count - 1] == '\r')
        count--;
    text[count] = '\0';
    *line = (const char *)text;
    *length = count;
    return 1;
}

/* ---- Containers that are not read -------------------------------------------------------- */

const char *tr_input_refusal(const uint8_t *bytes, size_t count)
{
    static const struct {
        const char *signature;
        size_t at, bytes;
        const char *what;
    } known[] = {
        {"BZh", 0, 3, "a bzip2 file; run `bzip2 -dk FILE` first"},
        {"\x04\x22\x4d\x18", 0, 4, "an lz4 file; run `lz4 -dk FILE` first"},
        {"PK\3\4", 0, 4,
         "a zip file (or a sheet of Excel: save it as CSV); run `unzip FILE` first"},
        {"7z\xbc\xaf\x27\x1c", 0, 6, "a 7z file; run `7z x FILE` first"},
        {"Rar!", 0, 4, "a rar file; run `unrar x FILE` first"},
        {"\x5d\0\0", 0, 3, "an lzma file; run `xz -dk --format=lzma FILE` first"},
        {"\x1f\x9d", 0, 2, "a file of compress; run `gzip -dk FILE` first"},
        {"ustar", 257, 5, "a tar archive; run `tar xf FILE` first"},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (count >= known[i].at + known[i].bytes &&
            memcmp(bytes + known[i].at, known[i].signature, known[i].bytes) == 0)
            return known[i].what;
    }
    return NULL;
}

/* ---- Where it is ------------------------------------------------------------------------- */

const char *tr_input_path(const struct tr_input *input)
{
    return input->path;
}

uint64_t tr_input_bytes(const struct tr_input *input)
{
    return input->bytes;
}

uint64_t tr_input_lines(const struct tr_input *input)
{
    return input->lines;
}

bool tr_input_is_packed(const struct tr_input *input)
{
    return input->zstd || input->zlib || input->xz;
}

uint64_t tr_input_file_read(const struct tr_input *input)
{
    return input->file_read;
}

uint64_t tr_input_file_bytes(const struct tr_input *input)
{
    return input->file_bytes;
}
