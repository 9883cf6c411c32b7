"""The chat element and the public pages."""
