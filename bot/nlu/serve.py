"""Serves the trained model: ``python -m bot.nlu.serve ROOT PORT``, run with Rasa's Python."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.nlu import launch, lean

LOOPBACK = "127.0.0.1"


def main(root: Path, port: int) -> None:
    """Serve until told to stop, without Rasa's HTTP API.

    Listens on loopback; in a container of its own ``SEEDWARDEN_RASA_HOST`` names another address.
    """
    lean.install()
    os.chdir(root)
    sys.path.insert(0, str(root))
    from rasa.core.run import serve_application  # noqa: PLC0415 - after lean.install
    from rasa.core.utils import AvailableEndpoints  # noqa: PLC0415 - the same

    serve_application(
        model_path=str(launch.model_path(root)),
        interface=os.environ.get("SEEDWARDEN_RASA_HOST") or LOOPBACK,
        port=port,
        credentials="credentials.yml",
        endpoints=AvailableEndpoints.read_endpoints("endpoints.yml"),
        enable_api=False,
        response_timeout=60,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]))
