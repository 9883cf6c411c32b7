"""Starts one Rasa by itself, in its own container or unit: ``python -m bot.nlu.serving``."""
