printf 'request 4096\nrequest 8191\nrequest 8192\n' >example.txt
ballast trace info example.txt | grep 'format *example-layout'
ballast trace info example.txt | grep '2 pages of 4096 bytes'
