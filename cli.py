"""The front step from a checkout: `python cli.py COMMAND` is `eligibility COMMAND`."""

import sys

try:
    from eligibility.commands import main
except KeyboardInterrupt:  # before the command line can say so itself
    sys.exit(130)

if __name__ == "__main__":
    main()
