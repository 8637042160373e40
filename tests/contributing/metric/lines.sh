add ballast/results/metrics.def after 'METRIC_VM(untouched_mb' <<'END'
METRIC_VM(example_pages, "pages", GAUGE, ALWAYS, ALWAYS, HIDDEN, it->policy.alloc_pages + it->policy.swapped_pages, "an example: memory and swapped memory together")
END
