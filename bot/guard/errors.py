from __future__ import annotations

from bot.errors import SeedwardenError


class GuardBroken(SeedwardenError):
    """The guard failed on a message, so nobody knows whether it holds a secret: hold it.

    ``part`` names what broke. The error carries nothing of the text, and no cause, because a
    cause's traceback would hold the text in its frames.
    """

    def __init__(self, part: str) -> None:
        super().__init__(
            f"The guard could not read a message ({part} failed); the message was held back and"
            " nothing was kept. Ask the customer to write again and look into the alert."
        )
        self.part = part
