"""Where things are on this machine: the data directory, Footnote's own documents, and the user's.

Knows paths and how the sources are told of them. Opens nothing but the data directory, to prove that it can be written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import SettingsInvalid
from assistant.settings import Settings

__all__ = ["folder_roots", "make_data_dir", "own_docs", "retriever_environment"]


def make_data_dir(folder: Path) -> None:
    """Create the data directory and prove that it can be written; raise `SettingsInvalid` if not."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        message = f"{folder}: cannot be written ({error.strerror}); free it or name another folder in FOOTNOTE_DATA_DIR"
        raise SettingsInvalid(message) from error


def own_docs() -> Path:
    """Return the folder of Footnote's own documentation: inside the package when installed, else beside it."""
    package = Path(__file__).parent
    shipped = package / "docs"
    return shipped if shipped.is_dir() else package.parent / "docs"


def folder_roots(settings: Settings) -> tuple[Path, ...]:
    """List the folders whose documents may be searched and read."""
    return (own_docs(), settings.library_dir, *settings.folders)


def retriever_environment(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Tell the sources their settings under the names that they ask for; the environment's keys win over a file's."""
    keys = {name: key.get_secret_value() for name, key in settings.keys.items()}
    given = {
        "FOOTNOTE_SEARXNG_URL": settings.searxng_url or "",
        "FOOTNOTE_WIKIPEDIA_URL": settings.wikipedia_url,
        "FOOTNOTE_FOLDERS": os.pathsep.join(str(root) for root in folder_roots(settings)),
        "FOOTNOTE_PROXY": settings.proxy or "",
        "FOOTNOTE_CA_BUNDLE": str(settings.trusted_authorities),
        "FOOTNOTE_FEEDS": ",".join(settings.feeds),
        "FOOTNOTE_SITEMAPS": ",".join(settings.sitemaps),
        "FOOTNOTE_FOLDER_INDEX": str(settings.data_dir / "folder.sqlite3"),
    }
    return {**keys, **environment, **given}
