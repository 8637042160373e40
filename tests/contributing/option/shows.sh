ballast list --example | grep 'an example'
ballast help list | grep -e '--example'
ballast help --man | grep example
