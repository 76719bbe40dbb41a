"""Who may use a folder of stored embeddings, and when: one process of ours at a time, on a disk with room.

Chroma's embedded database is made for one process, waits without limit for locks, and does not survive a full disk: a
write after a failed one never returned, not even when there was room again (chromadb 1.5.9, tmpfs). So it is asked
nothing in such a case. Knows nothing of what is stored.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import IndexUnavailable

__all__ = ["LEAST_FREE_BYTES", "Ownership", "is_writable", "refuse_locked", "refuse_unwritable"]

LEAST_FREE_BYTES = 64 * 2**20
"""Many times what one question stores (48 passages: about 0.2 MB), so that Chroma never meets the end of the disk."""
PROBE_BYTES = 2**20
LOCKED = 75
"""EX_TEMPFAIL of sysexits.h, as `ASK_FOR_LOCK` exits where it is refused."""
LOCK_DEADLINE_S = 3.0
ASK_FOR_LOCK = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0.3).execute("select count(*) from sqlite_master")
except sqlite3.OperationalError as error:
    sys.exit(75 if "locked" in str(error) else 0)
except sqlite3.Error:
    pass
"""


class Ownership:
    """Hold the right to a folder for this process; the system gives it back when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; the lock lies beside it, for the folder may be set aside."""
        self._folder = folder
        self._lock: FileLock | None = None

    def take(self) -> None:
        """Take the right unless it is ours; raise `IndexUnavailable` while another process has it."""
        if self._lock:
            return
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        # One lock for all who ask in this process, counted: they share Chroma's database as well.
        lock = FileLock(self._folder.with_name(f"{self._folder.name}.lock"), is_singleton=True, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            message = (
                f"{self._folder}: stored embeddings are in use by another Footnote and are computed anew here; "
                "close it, or share them by a Chroma server (chroma_url)"
            )
            raise IndexUnavailable(message) from error
        self._lock = lock

    @property
    def is_last(self) -> bool:
        """Whether nobody else in this process uses the folder."""
        return self._lock is not None and self._lock.lock_counter == 1

    def give_back(self) -> None:
        """Let another process have it."""
        lock, self._lock = self._lock, None
        if lock:
            lock.release()


def refuse_unwritable(folder: Path, least_free_bytes: int) -> None:
    """Raise `IndexUnavailable` while Chroma has no room or no leave to write, as even its reads do."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(place, os.W_OK):
        message = f"{folder}: cannot be written; stored embeddings are not used until it can"
        raise IndexUnavailable(message)
    if shutil.disk_usage(place).free < least_free_bytes:
        least = least_free_bytes // 2**20
        message = f"{folder}: the disk is full; stored embeddings are not used until {least} MiB are free"
        raise IndexUnavailable(message)


def refuse_locked(database: Path) -> None:
    """Raise `IndexUnavailable` while another program holds the database for itself.

    Chroma would wait for it with the interpreter locked, and stop every thread of this process so long (chromadb
    1.5.9). Asked in another process: closing the file in this one would drop the locks that Chroma holds in it.
    """
    if not database.is_file():
        return
    command = [sys.executable, "-I", "-S", "-c", ASK_FOR_LOCK, str(database)]
    try:
        locked = subprocess.run(command, check=False, timeout=LOCK_DEADLINE_S).returncode == LOCKED  # noqa: S603 - our own words
    except subprocess.TimeoutExpired:
        locked = True
    if locked:
        message = f"{database}: locked by another program; stored embeddings are not used until it lets go"
        raise IndexUnavailable(message)


def is_writable(folder: Path) -> bool:
    """Tell whether there is room and leave to write beside a folder: what Chroma says of a full disk does not tell."""
    try:
        with tempfile.TemporaryFile(dir=folder.parent) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
    except OSError:
        return False
    return True
