"""`rasa shell` and `rasa shell nlu`, as a developer runs them: Rasa without our gateway."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import threading

from bot.nlu import launch
from bot.settings import ROOT
from tests.integration.house import ACTION_TOKEN, RASA_PYTHON, RASA_TOKEN, free_port, until

LOADED = ("Bot loaded.", "NLU model loaded.")


class Shell:
    """A running shell; what it logs goes to ``shell.<name>.txt`` in the house's folder.

    ``screen`` is the terminal, where a person sees what they typed; it is no file.
    """

    def __init__(self, house, *arguments):
        self.port = free_port()
        self.screen = ""
        ours = launch.environment(
            ROOT,
            var=house.var,
            rasa_token=RASA_TOKEN,
            action_url=house.recorder.url,
            action_token=ACTION_TOKEN,
            log_level="DEBUG",
        )
        self._terminal, theirs = pty.openpty()
        name = "-".join(["shell", *arguments]).replace("--", "")
        with (house.folder / f"{name}.txt").open("wb") as log:
            self._process = subprocess.Popen(
                [str(RASA_PYTHON), "-m", "rasa", "shell", *arguments, *self._more(arguments)],
                cwd=ROOT,
                env=house.environment | ours | {"TERM": "dumb", "COLUMNS": "200"},
                stdin=theirs,
                stdout=theirs,
                stderr=log,
                start_new_session=True,
            )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _more(self, arguments):
        model = ["--model", str(launch.model_path(ROOT))]
        return model if "nlu" in arguments else [*model, "--port", str(self.port), "--debug"]

    def wait_until_loaded(self):
        """Wait for the greeting."""
        until(lambda: any(said in self.screen for said in LOADED), "the shell's greeting", 180)

    def type(self, text):
        """Type a line; gives what the shell showed for it."""
        before = len(self.screen)
        os.write(self._terminal, text.encode() + b"\r")
        ends = ("Next message:", "Custom json:", "Your input ->")
        until(lambda: any(end in self.screen[before + 10 :] for end in ends), "an answer", 30)
        return self.screen[before:]

    def close(self):
        """End the shell."""
        self._process.terminate()
        self._process.wait(20)
        self._reader.join(5)
        os.close(self._terminal)

    def _read(self):
        with contextlib.suppress(OSError):
            while data := os.read(self._terminal, 65_536):
                self.screen += data.decode("utf-8", "replace")
