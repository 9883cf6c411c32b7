"""The agents' pages: what a person at the desk sees and does in a browser."""
