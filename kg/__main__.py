"""Let `python -m kg` be the command `servanda`."""

from kg.cli import main

if __name__ == "__main__":
    main()
