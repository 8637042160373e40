add traces/images/parts.h before 'extern const struct snapshot_format' <<'END'
extern const struct snapshot_format snapshot_example;
END
add traces/images/snapshot.c after 'snapshot_format *const formats[] = {' <<'END'
    &snapshot_example,
END
