"""The front step from a checkout: `python cli.py COMMAND` is `eligibility COMMAND`."""

from eligibility.commands import main

if __name__ == "__main__":
    main()
