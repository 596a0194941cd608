from cellarhand.cli import main

main()
