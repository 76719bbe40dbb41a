"""What the tests of reading share."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.web.fixtures import threaded_web_fixture, web
from tests.web.loopback import SITE

__all__ = ["threaded_web_fixture", "web"]


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for SITE that nobody has signed, with its key in the same file."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("needs the openssl command to make a certificate")
    path = tmp_path / "site.pem"
    command = f"{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={SITE}"
    files = ("-addext", f"subjectAltName=DNS:{SITE}", "-keyout", path, "-out", tmp_path / "cert.pem")
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return path


@pytest.fixture
def secure_context(certificate: Path) -> ssl.SSLContext:
    """What a server needs to show that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context
