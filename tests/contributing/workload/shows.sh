cat >works.yaml <<'END'
name: works
duration_s: 120
machine:
  preset: precision-420
vms:
  - name: vm
    guest: linux-2.4
    memory_mb: 128
    min_mb: 16
    workload:
      example: {memory_mb: 8}
END
ballast run works.yaml --db works.db --quiet
[ "$(sqlite3 works.db "SELECT value > 0 FROM result WHERE vm = 'vm' AND metric = 'throughput'")" = 1 ]
ballast params works.yaml | grep 'vm.vm.example.memory_mb'
! ballast run works.yaml --db works.db --quiet --set vm.vm.example.memory_mb=800 2>said
grep -q memory_mb said
