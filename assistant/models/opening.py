"""From a name to a model that can be asked: a catalogue name, a folder, or the address of a server.

Knows what names mean and what must hold before a model is loaded. Leaves downloading to `pulling.py` and the prompt to
`writing`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import ModelUnavailable
from assistant.evidence import ModelCard
from assistant.models.catalog import CatalogEntry, find, load_catalog
from assistant.models.folders import ModelFolder, open_folder
from assistant.models.memory import GIB, free_room, require_room
from assistant.models.pulling import RECORD, installed, installed_default
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["OpenModel", "describe_model", "open_model"]

WORKING_GIB = 1.0
"""Libraries, activations and the cache of a prompt (measured: 0.4 to 1.0 beside the weights)."""
DENSE = "dense"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenModel:
    """A model to ask, and what a reader should know of it."""

    chat: BaseChatModel
    card: ModelCard


def open_model(name: str | None, settings: Settings) -> OpenModel:
    """Load or connect to a model; takes seconds, so call it in a thread.

    None takes the best that is downloaded. Raises ModelUnavailable in one line that says what to do.
    """
    if name and is_server_url(name):
        from assistant.models.remote import connect  # noqa: PLC0415 - loaded only when needed

        chat = connect(name, settings)
        return OpenModel(chat=chat, card=server_card(name, chat.name_on_server))
    found = find_folder(name, settings)
    return OpenModel(chat=load(found, settings), card=folder_card(found))


def describe_model(name: str | None, settings: Settings) -> ModelCard:
    """Tell what `open_model` would open, without loading it; raises ModelUnavailable where it could not be opened."""
    if name and is_server_url(name):
        from assistant.models.remote import served_model  # noqa: PLC0415 - loaded only when needed

        return server_card(name, served_model(name, settings))
    return folder_card(find_folder(name, settings))


def find_folder(name: str | None, settings: Settings) -> ModelFolder:
    """Find the folder that a name means."""
    if name is None:
        entry = installed_default(settings)
        if entry is None:
            message = "no language model is downloaded; run `footnote models pull`"
            raise ModelUnavailable(message)
        return open_folder(settings.models_dir / entry.name)
    if name not in {entry.name for entry in load_catalog()} and looks_like_path(name):
        return open_folder(Path(name).expanduser())
    return open_folder(downloaded(find(name), settings))


def is_server_url(name: str) -> bool:
    """Tell whether a model's name is the address of a server."""
    return name.lower().startswith(("http://", "https://"))


def looks_like_path(name: str) -> bool:
    """Tell a folder from a mistyped catalogue name."""
    return name.startswith((".", "~")) or "/" in name or "\\" in name or Path(name).is_dir()


def downloaded(entry: CatalogEntry, settings: Settings) -> Path:
    """Return the folder of a catalogue entry that can write and is there."""
    if entry.kind != "language":
        message = f"{entry.name}: is an embedding model and writes nothing; see `footnote models list`"
        raise ModelUnavailable(message)
    folder = installed(entry, settings)
    if folder is None:
        message = f"{entry.name}: not downloaded; run `footnote models pull {entry.name}`"
        raise ModelUnavailable(message)
    return folder


def folder_card(folder: ModelFolder) -> ModelCard:
    """Describe a folder; one that came from the catalogue keeps its label wherever it is named from."""
    entry = entry_of(folder.path)
    label = "" if folder.experts else (entry.label if entry else DENSE)
    return folder.card(name=entry.name if entry else folder.path.name, label=label)


def entry_of(folder: Path) -> CatalogEntry | None:
    """Return the catalogue entry that a folder was pulled for."""
    try:
        name = json.loads((folder / RECORD).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return next((entry for entry in load_catalog() if entry.name == name), None)


def server_card(url: str, name: str) -> ModelCard:
    """Describe a model of which only the name is known."""
    return ModelCard(name=name, label=f"served by {urlsplit(url).netloc.rpartition('@')[2]}")


def load(folder: ModelFolder, settings: Settings) -> BaseChatModel:
    """Load a folder if it fits, and run one token through it, so that a question finds the weights in memory."""
    from assistant.models.engine import Engine  # noqa: PLC0415 - loaded only when needed
    from assistant.models.loading import best_format, load_folder  # noqa: PLC0415 - loaded only when needed
    from assistant.models.local import LocalChatModel  # noqa: PLC0415 - loaded only when needed

    number_format = best_format()
    weights_gib = folder.total_parameters * (2 if number_format == "bfloat16" else 4) / GIB
    require_room(folder.path.name, weights_gib + WORKING_GIB, free_room(), limit_gib=settings.memory_limit)
    engine = Engine(load_folder(folder, number_format))
    engine.warm()
    return LocalChatModel(engine=engine)
