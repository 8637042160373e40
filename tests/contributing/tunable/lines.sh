add models/policy/mp_tunables.def after 'MP_TUNABLE(idle_tax_bp' <<'END'
MP_TUNABLE(example_pages, "pages", 100, 1, 1000, "our choice: an example")
END
