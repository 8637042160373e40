ballast params | grep policy.example_pages
ballast params fig7_idle_tax --set policy.example_pages=200 | grep 'example_pages.*200'
! ballast params fig7_idle_tax --set policy.example_pages=2000
