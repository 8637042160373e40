add models/policy/members.c before 'static const struct mp_estimator *const estimators[]' <<'END'
extern const struct mp_estimator mp_estimator_example;
END
add models/policy/members.c after '    &mp_estimator_resident,' <<'END'
    &mp_estimator_example,
END
