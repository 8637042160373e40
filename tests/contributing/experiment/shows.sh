ballast list | grep example
ballast sweep example --quiet
ballast verify example
