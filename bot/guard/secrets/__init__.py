"""The recognisers, one a file; each is a function from a ``Reading`` to findings."""

from __future__ import annotations
