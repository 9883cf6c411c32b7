"""The client to Rasa: safe text in, named replies out."""

from bot.engine.client import Answer, Engine, Health, Times, connect
from bot.engine.pool import Pool
from bot.engine.utterance import Utterance, chosen, language_chosen, said, secret_shared, signalled

__all__ = [
    "Answer",
    "Engine",
    "Health",
    "Pool",
    "Times",
    "Utterance",
    "chosen",
    "connect",
    "language_chosen",
    "said",
    "secret_shared",
    "signalled",
]
