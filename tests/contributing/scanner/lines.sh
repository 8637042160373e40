add models/policy/members.c before 'static const struct mp_scanner *const scanners[]' <<'END'
extern const struct mp_scanner mp_scanner_example;
END
sed -i 's/&mp_scanner_sequential}/\&mp_scanner_sequential, \&mp_scanner_example}/' models/policy/members.c
