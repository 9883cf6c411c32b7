# ruff: noqa: INP001 - one file of an image, no package
"""Ends with 0 when the address on the command line answers 200, for a container's health check."""

import sys
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=2.5) as answer:  # noqa: S310 - our own word
        sys.exit(0 if answer.status == 200 else 1)
except OSError:
    sys.exit(1)
