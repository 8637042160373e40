# Fuzzing of everything that reads files. The corpora run in `make test` too, without clang.

FUZZ_SHARED  := $(filter-out fuzz/libfuzzer.c fuzz/corpus.c,$(wildcard fuzz/*.c)) $(wildcard fuzz/targets/*.c)
FUZZ_OBJECTS := $(FUZZ_SHARED:%.c=$(OBJ)/%.o)
FUZZ_S       ?= 30

$(call members_of,$(BUILD)/fuzz-corpus,$(FUZZ_OBJECTS) $(OBJ)/fuzz/corpus.o $(ARCHIVES))
$(BUILD)/fuzz-corpus:
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS_ALL) -no-pie -o $@ $(MEMBERS) $(LIBS)

$(call members_of,$(BUILD)/fuzz-libfuzzer,$(FUZZ_OBJECTS) $(OBJ)/fuzz/libfuzzer.o $(ARCHIVES))
$(BUILD)/fuzz-libfuzzer:
	@echo "  LINK    $@"
	@$(CC) $(CFLAGS_ALL) -fsanitize=fuzzer -no-pie -o $@ $(MEMBERS) $(LIBS)

## run the inputs of fuzz/corpus once
fuzz-corpus: $(BUILD)/fuzz-corpus
	@$(BUILD)/fuzz-corpus fuzz/corpus

# The same program, with counters of lines in the files that the targets are about: fuzz/floors.tsv.
# gcov reads what gcc writes.
FLOOR_CC      := gcc
FLOOR_OBJECTS := $(patsubst %.c,$(BUILD)/floors/%.o,$(sort $(shell cut -f3 fuzz/floors.tsv 2>/dev/null)))

$(BUILD)/floors/%.o: %.c $(BUILD)/flags | $(BUILD)/packages
	@mkdir -p $(@D)
	@echo "  CC      $< (counted)"
	@$(FLOOR_CC) $(CFLAGS_ALL) -O0 --coverage -MMD -MP -c -o $@ $<

# They stand before the archives, so that these give only what is missing.
$(call members_of,$(BUILD)/fuzz-floors,$(FUZZ_OBJECTS) $(OBJ)/fuzz/corpus.o $(FLOOR_OBJECTS) $(ARCHIVES))
$(BUILD)/fuzz-floors:
	@echo "  LINK    $@"
	@$(FLOOR_CC) $(CFLAGS_ALL) --coverage -no-pie -o $@ $(MEMBERS) $(LIBS)

## look whether the inputs of fuzz/corpus reach what they are for; fuzz-floors-update stores how far they do
fuzz-floors: $(BUILD)/fuzz-floors
	@fuzz/floors.sh $(BUILD)

fuzz-floors-update: $(BUILD)/fuzz-floors
	@fuzz/floors.sh $(BUILD) --update

FUZZ_DEPS = @EXTRA="clang libclang-rt-14-dev" NO_INSTALL='$(NO_INSTALL)' .ci/deps

# All objects anew, by clang, with the sanitizers and the counters that libFuzzer looks at.
FUZZ_BUILD = $(MAKE) --no-print-directory CC=clang SAN=1 OPT=-O1 BUILD=build/fuzz \
             CFLAGS=-fsanitize=fuzzer-no-link build/fuzz/fuzz-libfuzzer

## fuzz all readers for FUZZ_S=30 seconds each; installs clang; TARGETS="native csv" only these
fuzz:
	$(FUZZ_DEPS)
	@$(FUZZ_BUILD)
	@FUZZ_S=$(FUZZ_S) fuzz/run.sh build/fuzz/fuzz-libfuzzer $(TARGETS)

## add to fuzz/corpus what `make fuzz` found that reaches other code
fuzz-merge:
	$(FUZZ_DEPS)
	@$(FUZZ_BUILD)
	@fuzz/merge.sh build/fuzz/fuzz-libfuzzer $(TARGETS)

-include $(FUZZ_OBJECTS:.o=.d) $(FLOOR_OBJECTS:.o=.d) $(OBJ)/fuzz/corpus.d $(OBJ)/fuzz/libfuzzer.d

.PHONY: fuzz fuzz-corpus fuzz-floors fuzz-floors-update fuzz-merge
