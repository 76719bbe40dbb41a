"""The stage as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

PERFORM = (
    "import sys; from tests.ui.browser.stage import perform; perform(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))"
)
PATIENCE_S = 60
ROOT = Path(__file__).parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A server process on its own chats."""

    def __init__(self, chats: Path, *, pace_s: float = 0.1, folder: Path | None = None) -> None:
        self.chats = chats
        self.folder = folder
        """Where it runs, so that it finds the configuration that lies there."""
        self.pace_s = pace_s
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PERFORM, str(self.port), str(self.chats), str(self.pace_s)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))},
        )
        assert self.process.stdout
        assert self.url.rstrip("/") in self.process.stdout.readline()

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE_S)
