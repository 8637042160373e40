ballast sweep example --quiet
ballast plot example
grep -q '<svg' results/example.svg
