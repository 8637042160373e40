add traces/formats/layouts.def before 'LAYOUT(msr' <<'END'
LAYOUT(example_layout, "example-layout", "an example", NULL, "^request [0-9]+$", "delimiter=space,offset-col=2", NULL, TR_SPACE_BLOCKS)
END
