add models/policy/members.c before 'static const struct mp_governor *const governors[]' <<'END'
extern const struct mp_governor mp_governor_example;
END
sed -i 's/&mp_governor_static}/\&mp_governor_static, \&mp_governor_example}/' models/policy/members.c
