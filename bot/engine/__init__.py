"""The client to Rasa: safe text in, named replies out."""

from bot.engine.client import Answer, Engine, Health
from bot.engine.utterance import Utterance, chosen, language_chosen, said, secret_shared, signalled

__all__ = [
    "Answer",
    "Engine",
    "Health",
    "Utterance",
    "chosen",
    "language_chosen",
    "said",
    "secret_shared",
    "signalled",
]
