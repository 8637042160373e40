{ printf 'EXAMPLE\n'; head -c 4088 /dev/zero; head -c 8192 /dev/zero; head -c 4096 /dev/urandom; } >vm.example
ballast scan vm.example | grep 'example image'
