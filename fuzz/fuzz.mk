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

-include $(FUZZ_OBJECTS:.o=.d) $(OBJ)/fuzz/corpus.d $(OBJ)/fuzz/libfuzzer.d

.PHONY: fuzz fuzz-corpus fuzz-merge
