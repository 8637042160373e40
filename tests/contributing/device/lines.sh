add models/cost/devices.def after 'COST_DEVICE(ZRAM, zram)' <<'END'
COST_DEVICE(EXAMPLE, example)
END
