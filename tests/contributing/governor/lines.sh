add models/policy/members.c before 'static const struct mp_governor *const governors[]' <<'END'
extern const struct mp_governor mp_governor_example;
END
add models/policy/members.c after '    &mp_governor_static,' <<'END'
    &mp_governor_example,
END
