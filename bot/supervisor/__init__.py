"""Starts the three processes of one machine, watches them, and leaves none of them behind."""
