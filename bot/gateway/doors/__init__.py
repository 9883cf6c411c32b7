"""Messengers. What all of them share is in ``door``; a vendor's own protocol is one file."""
