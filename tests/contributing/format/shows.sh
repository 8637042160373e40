printf 'example 1\n1 7\n2 8\n2 9\n' >example.trace
ballast trace info example.trace | grep 'format *example'
ballast trace convert example.trace example.btr
ballast trace cat example.btr
printf 'example 1\n1 x\n' >wrong.trace
! ballast trace info wrong.trace 2>said
grep -q 'wrong.trace:2: expected SECONDS OBJECT' said
