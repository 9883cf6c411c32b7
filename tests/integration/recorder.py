"""A listener on the wire between Rasa and the action server; it can also break the line."""

from __future__ import annotations

import contextlib
import socket
import threading


class Recorder:
    """Passes bytes on both ways and writes all of them into ``record``.

    ``meddle``, when set, gets each chunk from Rasa first: it may do something at that moment,
    and when it gives bytes back, those are Rasa's answer and the action server hears nothing.
    """

    def __init__(self, target_port, record):
        self.meddle = None
        self._target = ("127.0.0.1", target_port)
        self._record = record.open("ab", buffering=0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = set()
        self._lock = threading.Lock()

    @property
    def url(self):
        """Where Rasa finds the actions."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/webhook"

    def start(self):
        """Listen from now on."""
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        """Close every connection and the record."""
        for one in [self._listener, *self._open]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with self._lock:
            self._record.close()

    def _accept(self):
        while True:
            try:
                rasa, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(rasa,), daemon=True).start()

    def _serve(self, rasa):
        try:
            actions = socket.create_connection(self._target, 5)
        except OSError:
            rasa.close()
            return
        self._open |= {rasa, actions}
        actions.settimeout(None)
        threading.Thread(target=self._pump, args=(actions, rasa), daemon=True).start()
        self._pump(rasa, actions, is_rasa=True)

    def _pump(self, source, target, *, is_rasa=False):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self._write(data)
                meddle = self.meddle
                instead = meddle(data) if is_rasa and meddle else None
                if instead is None:
                    target.sendall(data)
                else:
                    self._write(instead)
                    source.sendall(instead)
        for one in (source, target):
            self._open.discard(one)
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _write(self, data):
        with self._lock:
            if not self._record.closed:
                self._record.write(data)
