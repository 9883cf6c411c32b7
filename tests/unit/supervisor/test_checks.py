"""What stops a start before anything was started, and with which words."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from bot.supervisor.checks import check_interpreter, check_ports
from bot.supervisor.errors import (
    AddressUnusable,
    EnvironmentMissing,
    PortTaken,
    StartRefused,
)


@pytest.fixture
def listener():
    """A program that took its port before us."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_setting_that_moves_it(make_part, listener):
    words = f"Port {listener} on 127.0.0.1, which the Rasa needs, is taken: .*SEEDWARDEN_PORT"
    with pytest.raises(PortTaken, match=words):
        check_ports([make_part("Rasa", port=listener)])


def test_a_free_port_is_let_through(make_part):
    check_ports([make_part("Rasa"), make_part("gateway")])


def test_a_port_whose_last_connection_is_still_fading_out_is_let_through(make_part):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # who closes first keeps the port in TIME_WAIT
    check_ports([make_part(port=port)])


def test_two_parts_on_one_port_are_both_named(make_part):
    first = make_part("gateway")
    second = replace(make_part("Rasa", port=first.port), setting="SEEDWARDEN_RASA_PORT")
    words = f"SEEDWARDEN_PORT and SEEDWARDEN_RASA_PORT are both {first.port}"
    with pytest.raises(StartRefused, match=words):
        check_ports([first, second])


def test_an_address_of_another_machine_is_refused(make_part):
    part = replace(make_part("gateway"), host="192.0.2.1")
    with pytest.raises(AddressUnusable, match=r"cannot listen on 192\.0\.2\.1:.*SEEDWARDEN_HOST"):
        check_ports([part])


def test_a_missing_interpreter_is_named_with_the_command_that_builds_it(tmp_path):
    python = tmp_path / "bin" / "python"
    words = re.escape(f"{python} is missing or does not run: 'make install' builds it.")
    with pytest.raises(EnvironmentMissing, match=words):
        check_interpreter(python)


def test_an_interpreter_that_does_not_run_is_as_good_as_none(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    python.chmod(0o755)
    with pytest.raises(EnvironmentMissing):
        check_interpreter(python)


def test_an_interpreter_that_runs_is_let_through():
    check_interpreter(Path("/bin/true"))
