add traces/formats/source_format.h before 'extern const struct tr_source_format' <<'END'
extern const struct tr_source_format tr_source_example;
END
add traces/formats/source.c after 'tr_source_format *const formats[] = {' <<'END'
    &tr_source_example,
END
