"""What a user chose for all questions to come, in one small file for each user.

Knows the file and its failures. Leaves what a choice does to whoever asks, and who the user is to the page: a choice
made for one question wins over these, and these over the settings.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from json import dumps
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.errors import PreferencesUnavailable
from assistant.evidence import Profile

__all__ = ["Preferences", "PreferencesFile", "preferences_file"]

FOLDER = "preferences"
LOCAL = "local"
"""Names the file of whoever uses this machine without signing in."""
MOST_BYTES = 100_000
"""A hundred times what every choice takes; a longer file is none of ours."""
CHANGING = threading.Lock()
"""Two tabs of one server may change the same file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What a user chose; None and empty leave it to the settings."""

    profile: Profile | None = None
    answer_language: str | None = None
    """An ISO 639-1 code; None answers in the language of the question."""
    interface_language: str | None = None
    """The name of a catalogue; None takes the browser's."""
    model: str | None = None
    private_by_default: bool = False
    without_sources: tuple[str, ...] = ()
    """Names of sources that are not asked."""

    def model_among(self, choices: Collection[str]) -> str | None:
        """Name the model that was chosen; None where nothing was, or where that model is here no more."""
        return self.model if self.model in choices else None


SHAPE = TypeAdapter(Preferences)


class PreferencesFile:
    """Read and change what one user chose; from any thread."""

    def __init__(self, path: Path) -> None:
        """Take the file; it need not be there."""
        self.notice = ""
        """Why the file was not read, in one line; empty while nothing is wrong."""
        self._path = path

    def read(self) -> Preferences:
        """Return what the user chose: the defaults where nothing was, and where `notice` says what is wrong."""
        self.notice = ""
        try:
            return SHAPE.validate_json(self._bytes(), strict=True)
        except FileNotFoundError:
            return Preferences()
        except OSError as error:
            self.notice = f"{self._path}: {error.strerror or error}: your choices are not in force; mend that file"
        except ValidationError as error:
            self.notice = f"{self._path}: {described(error)}: your choices are not in force; choose again, or mend it"
        return Preferences()

    def write(self, preferences: Preferences) -> None:
        """Keep what the user chose, all or nothing; raise `PreferencesUnavailable` where the disk refuses."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_whole(self._path, dumps(asdict(preferences), indent=2) + "\n")
        except OSError as error:
            reason = error.strerror or error
            message = f"{self._path}: {reason}: your choices cannot be kept; free or mend that place"
            raise PreferencesUnavailable(message) from error

    def change(self, change: Callable[[Preferences], Preferences]) -> Preferences:
        """Read, change and keep as one step, so that another tab's choice is not lost; raise as `write` does."""
        with CHANGING:
            changed = change(self.read())
            self.write(changed)
        return changed

    def _bytes(self) -> bytes:
        """Read no more than a file of ours can hold: what is cut off is no JSON."""
        with self._path.open("rb") as file:
            return file.read(MOST_BYTES)


def preferences_file(data_dir: Path, owner: str | None = None) -> PreferencesFile:
    """Find the file of a user; None is whoever uses this machine without signing in."""
    name = hashlib.sha256(owner.encode()).hexdigest() if owner else LOCAL
    return PreferencesFile(data_dir / FOLDER / f"{name}.json")


def replace_whole(path: Path, text: str) -> None:
    """Write a file beside the old one and put it in its place: a reader never sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def described(error: ValidationError) -> str:
    """Name the first thing that is wrong."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
