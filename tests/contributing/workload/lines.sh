add workloads/workloads.def after 'WORKLOAD(pages)' <<'END'
WORKLOAD(example)
END
