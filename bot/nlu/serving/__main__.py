"""Makes the process's variables complete, says what it stands on, and serves."""

from __future__ import annotations

import logging
import os
import sys

from bot import log
from bot.nlu import launch, serve
from bot.nlu.serving.alone import ROOT, Unusable, environment_of, place_of, stands_on


def main() -> int:
    """Serve until told to stop; 1 with one sentence when a variable is not usable."""
    try:
        wanted = environment_of(os.environ)
        host, port = place_of(os.environ)
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not launch.model_path(ROOT).is_file():
        sys.stderr.write("There is no trained model in models/: 'seedwarden train' makes one.\n")
        return 1
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        # Hash seed and threads are read before our first line: begin again with them.
        command = [sys.executable, "-m", "bot.nlu.serving"]
        os.execve(sys.executable, command, dict(os.environ) | wanted)  # noqa: S606 - ourselves
    log.configure("rasa", os.environ["SEEDWARDEN_LOG_LEVEL"])
    uses = stands_on(ROOT / "endpoints.yml", os.environ)
    said = " ".join(f"{name}={word}" for name, word in uses.items())
    logging.getLogger("bot.nlu.serving").info("rasa_uses listens=%s:%d %s", host, port, said)
    serve.LOOPBACK = host  # where it listens; other machines' gateways need the pod's address
    serve.main(ROOT, port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
