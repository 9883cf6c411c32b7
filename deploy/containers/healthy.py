"""Ends with 0 when the address on the command line answers 200, for a container's health check."""

import sys
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=2.5) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except OSError:
    sys.exit(1)
