# Scaled runs (machine.scale) beside the runs that they stand for.

## compare scaled runs with whole ones: Figures 7 and 8 and real_sharing at scales up to 64; two minutes
scale: all
	@BALLAST=$(BUILD)/ballast tests/scale/scale.sh --table

# What `make test` has time for.
scale-test: all
	@BALLAST=$(BUILD)/ballast tests/scale/scale.sh

.PHONY: scale scale-test
