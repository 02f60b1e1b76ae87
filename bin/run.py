"""What up, test, bench and manage hand over to, once the environment is there."""

import sys

from launcher.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
