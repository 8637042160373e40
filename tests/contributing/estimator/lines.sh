add models/policy/members.c before 'static const struct mp_estimator *const estimators[]' <<'END'
extern const struct mp_estimator mp_estimator_example;
END
sed -i 's/&mp_estimator_resident}/\&mp_estimator_resident, \&mp_estimator_example}/' models/policy/members.c
