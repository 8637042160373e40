add models/policy/members.c before 'static const struct mp_scanner *const scanners[]' <<'END'
extern const struct mp_scanner mp_scanner_example;
END
add models/policy/members.c after '    &mp_scanner_ksm,' <<'END'
    &mp_scanner_example,
END
