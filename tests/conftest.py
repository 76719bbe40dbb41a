"""What every test may rely on, and what none may do: open a connection beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator

import pytest

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

LOCAL_NAMES = {"localhost", "", None}
violations: list[str] = []


def is_local(host: object) -> bool:
    """Tell whether a host as handed to the socket layer is this machine."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_outside(event: str, args: tuple[object, ...]) -> None:
    """Stop and remember every attempt to leave the machine."""
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in {"socket.connect", "socket.sendto"}:
        if isinstance(args[0], socket.socket) and args[0].family not in {socket.AF_INET, socket.AF_INET6}:
            return
        host = args[1][0] if isinstance(args[1], tuple) else args[1]
    else:
        return
    if not is_local(host):
        violations.append(f"{event} {host}")
        message = f"a test tried to leave this machine: {event} {host}"
        raise OSError(message)


sys.addaudithook(refuse_outside)


@pytest.fixture(autouse=True)
def _no_connection_beyond_loopback() -> Iterator[None]:
    violations.clear()
    yield
    assert not violations, f"a test tried to leave this machine: {violations}"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test an empty home and no settings of the person who runs it."""
    for name in list(os.environ):
        if name.startswith("FOOTNOTE_"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
