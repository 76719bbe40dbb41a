"""From a name to a model that can be asked: a catalogue or hub name, a folder, a GGUF file, or a server's address.

Knows what names mean and what must hold before a model is loaded. Leaves downloading to `pulling.py` and the prompt to
`writing`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import ModelUnavailable
from assistant.evidence import ModelCard
from assistant.models.catalog import CatalogEntry, find, hub_name, load_catalog
from assistant.models.folders import ModelFolder, open_folder
from assistant.models.footprint import crowd_gib, memory_gib, memory_of_config, packed_gib
from assistant.models.gguf import GgufFile, load_gguf, read_gguf
from assistant.models.memory import GIB, Room, free_room, require_room, shortage
from assistant.models.pulling import RECORD, installed, installed_by_worth
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["OpenModel", "describe_model", "fit", "is_server_url", "open_model"]

DENSE = "dense"
GGUF = ".gguf"

Found = ModelFolder | GgufFile
"""What a name leads to on this machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenModel:
    """A model to ask, and what a reader should know of it."""

    chat: BaseChatModel
    card: ModelCard


def open_model(name: str | None, settings: Settings) -> OpenModel:
    """Load or connect to a model; takes seconds, so call it in a thread.

    None takes the best that is downloaded. A catalogue model that does not fit into memory gives way to the best that
    is downloaded and does, and the card's label says so. Raises ModelUnavailable in one line that says what to do.
    """
    if name and is_server_url(name):
        from assistant.models.remote import connect  # noqa: PLC0415 - loaded only when needed

        chat = connect(name, settings)
        return OpenModel(chat=chat, card=server_card(name, chat.name_on_server))
    room = free_room()
    found, instead = find_fitting(name, settings, room)
    return OpenModel(chat=load(found, settings, room), card=with_note(card_of(found), instead))


def describe_model(name: str | None, settings: Settings) -> ModelCard:
    """Tell what `open_model` would open, without loading it; raises ModelUnavailable where it could not be opened."""
    if name and is_server_url(name):
        from assistant.models.remote import served_model  # noqa: PLC0415 - loaded only when needed

        return server_card(name, served_model(name, settings))
    return card_of(find_found(name, settings)[0])


def fit(name: str | None, settings: Settings) -> tuple[ModelCard, float, str]:
    """Tell what `open_model` would load into the memory that is free now, the GiB it takes, and what is wrong."""
    room = free_room()
    found, instead = find_fitting(name, settings, room)
    needed = needed_gib(found)
    return with_note(card_of(found), instead), needed, shortage(needed, room, limit_gib=settings.memory_limit) or ""


def find_fitting(name: str | None, settings: Settings, room: Room) -> tuple[Found, str]:
    """Find what a name means, or what stands in for it in this memory, and the line that says so."""
    first, entry = find_found(name, settings)
    short = shortage(needed_gib(first), room, limit_gib=settings.memory_limit)
    if short is None or entry is None:
        return first, ""
    for other in installed_by_worth(settings):
        if other != entry and other.total_parameters <= entry.total_parameters:
            found = open_path(settings.models_dir / other.name)
            if shortage(needed_gib(found), room, limit_gib=settings.memory_limit) is None:
                return found, f"instead of {entry.name}, which {short}"
    return first, ""


def find_found(name: str | None, settings: Settings) -> tuple[Found, CatalogEntry | None]:
    """Find what a name means, and the catalogue's entry where it has one."""
    if name is None:
        entry = next(iter(installed_by_worth(settings)), None)
        if entry is None:
            message = "no language model is downloaded; run `footnote models pull`"
            raise ModelUnavailable(message)
        return open_path(settings.models_dir / entry.name), entry
    if name not in {entry.name for entry in load_catalog()} and looks_like_path(name):
        return open_path(Path(name).expanduser()), None
    entry = find(name)
    return open_path(downloaded(entry, settings)), entry


def open_path(path: Path) -> Found:
    """Read what a path says of itself: a GGUF file, a folder of one, or a model folder."""
    if path.suffix.lower() == GGUF:
        return read_gguf(path)
    files = sorted(path.glob(f"*{GGUF}")) if path.is_dir() else []
    if files and not (path / "config.json").exists():
        return read_gguf(files[0])
    return open_folder(path)


def needed_gib(found: Found) -> float:
    """Compute what it will take in memory."""
    if isinstance(found, GgufFile):
        return found.stored_bytes / GIB + memory_gib(0, found.cache_token_bytes, tokens=found.window)
    number_format = "bfloat16" if holds_half_precision() else "float32"
    return memory_of_config(found.config, found.total_parameters, number_format=number_format)


@cache
def holds_half_precision() -> bool:
    """Tell whether this machine computes in bf16, which takes half the memory; measured once (0.2 s)."""
    from assistant.models.loading import best_format  # noqa: PLC0415 - loaded only when needed

    return best_format() == "bfloat16"


def is_server_url(name: str) -> bool:
    """Tell whether a model's name is the address of a server."""
    return name.lower().startswith(("http://", "https://"))


def looks_like_path(name: str) -> bool:
    """Tell a folder or file from a mistyped catalogue name and from a name of the hub."""
    if Path(name).expanduser().exists() or name.startswith((".", "~", "/")) or name.lower().endswith(GGUF):
        return True
    return ("/" in name or "\\" in name) and hub_name(name) is None


def downloaded(entry: CatalogEntry, settings: Settings) -> Path:
    """Return the folder of a catalogue entry that can write and is there."""
    if entry.kind != "language":
        message = f"{entry.name}: is an embedding model and writes nothing; see `footnote models list`"
        raise ModelUnavailable(message)
    folder = installed(entry, settings)
    if folder is None:
        wanted = entry.repository if entry.repository and not entry.total_parameters else entry.name
        message = f"{entry.name}: not downloaded; run `footnote models pull {wanted}`"
        raise ModelUnavailable(message)
    return folder


def with_note(card: ModelCard, note: str) -> ModelCard:
    """Add to a card what a reader must know."""
    return replace(card, label="; ".join(filter(None, (card.label, note)))) if note else card


def card_of(found: Found) -> ModelCard:
    """Describe what was found; what came from the catalogue keeps its label wherever it is named from."""
    if isinstance(found, GgufFile):
        entry = entry_of(found.path.parent)
        return replace(found.card, name=entry.name, label=entry.label) if entry else found.card
    return folder_card(found)


def folder_card(folder: ModelFolder) -> ModelCard:
    """Describe a folder."""
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


def is_grown(folder: Path) -> bool:
    """Tell whether a folder is a model that was grown and trained here."""
    entry = entry_of(folder)
    return entry is not None and entry.grown_on is not None


def server_card(url: str, name: str) -> ModelCard:
    """Describe a model of which only the name is known."""
    return ModelCard(name=name, label=f"served by {urlsplit(url).netloc.rpartition('@')[2]}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Extras:
    """What a model is given beyond what it needs, where memory allows."""

    packing: bool
    """The weights a second time, rounded, which single tokens are computed with on a CPU."""
    crowd: bool
    """Places for several texts at once, and for what they begin with."""


def affordable(found: ModelFolder, settings: Settings, room: Room) -> Extras:
    """Tell what fits beside a model: its speed comes first."""
    from assistant.models.engine import MOST_WRITING  # noqa: PLC0415 - loaded only when needed
    from assistant.models.few_tokens import can_compile  # noqa: PLC0415 - loaded only when needed
    from assistant.models.prefixes import MOST_BYTES  # noqa: PLC0415 - loaded only when needed

    number_format = "bfloat16" if holds_half_precision() else "float32"
    needed = needed_gib(found)
    packed = packed_gib(found.total_parameters, number_format, in_bytes=can_compile())
    crowd = crowd_gib(found.config, number_format, writers=MOST_WRITING, kept_bytes=MOST_BYTES)

    def fits(more: float) -> bool:
        return shortage(needed + more, room, limit_gib=settings.memory_limit) is None

    packing = not room.has_gpu and fits(packed)
    return Extras(packing=packing, crowd=fits(crowd + (packed if packing else 0)))


def load(found: Found, settings: Settings, room: Room) -> BaseChatModel:
    """Load what was found if it fits, and run one token through it, so that a question finds the weights in memory."""
    name = found.path.name
    require_room(name, needed_gib(found), room, limit_gib=settings.memory_limit)
    if isinstance(found, GgufFile):
        from assistant.models.gguf_chat import GgufChatModel  # noqa: PLC0415 - loaded only when needed

        return GgufChatModel(engine=load_gguf(found))
    from assistant.models.beginnings import Beginnings  # noqa: PLC0415 - loaded only when needed
    from assistant.models.engine import MOST_WRITING, Engine  # noqa: PLC0415 - loaded only when needed
    from assistant.models.loading import best_format, load_folder  # noqa: PLC0415 - loaded only when needed
    from assistant.models.local import LocalChatModel  # noqa: PLC0415 - loaded only when needed
    from assistant.models.prefixes import FEW_BYTES, Prefixes  # noqa: PLC0415 - loaded only when needed

    extras = affordable(found, settings, room)
    engine = Engine(
        load_folder(found, best_format()),
        packing=extras.packing,
        prefixes=Prefixes() if extras.crowd else Prefixes(most_bytes=FEW_BYTES),
        most_writing=MOST_WRITING if extras.crowd else 1,
        beginnings=Beginnings(settings.data_dir / "beginnings", found.path),
    )
    engine.warm()
    return LocalChatModel(engine=engine, compact_prompt=is_grown(found.path))
