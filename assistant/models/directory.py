"""What models there are for a person to look through: each of the catalogue, whether it is here, and which one is used.

Knows the catalogue, what is downloaded and what is free now. Leaves why one is chosen to `choice.py`, and showing it to
the command line and the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.models.catalog import CatalogEntry, load_catalog
from assistant.models.choice import Consideration, consider
from assistant.models.memory import Room, free_room
from assistant.models.pulling import installed, installed_default
from assistant.settings import NO_MODEL, Settings

__all__ = ["ModelDescription", "ModelDirectory", "considered", "describe_models"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelDescription:
    """What a person wants to know of a model of the catalogue; `why` says why this machine would choose it or not."""

    entry: CatalogEntry
    is_installed: bool
    is_chosen: bool
    why: str

    @property
    def is_served_only(self) -> bool:
        """Is it too large for one machine: then a server runs it, and there is nothing to download here."""
        return self.entry.devices == ("cluster",)

    @property
    def command(self) -> str:
        """What to type to have it on this machine."""
        return f"footnote models pull {self.entry.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelDirectory:
    """The models of the catalogue, in its order, for the memory that is free now."""

    room: Room = field(default_factory=lambda: Room(free_gib=0.0, has_gpu=False))
    models: tuple[ModelDescription, ...] = ()
    named: str | None = None
    """What the configuration names: a model of any kind, or `NO_MODEL`."""
    default: CatalogEntry | None = None
    """What is used where nothing is named; None while no language model is downloaded."""

    @property
    def used(self) -> str | None:
        """Name what a question gets that names no model itself."""
        return self.named or (self.default.name if self.default else None)

    @property
    def chosen(self) -> ModelDescription | None:
        """Find what this machine would download."""
        return next((model for model in self.models if model.is_chosen), None)

    @property
    def choices(self) -> tuple[str, ...]:
        """Name what may be asked without downloading anything: the language models that are here, or none of them."""
        here = (model.entry for model in self.models if model.is_installed)
        return (*(entry.name for entry in here if entry.kind == "language"), NO_MODEL)


def describe_models(settings: Settings, room: Room | None = None) -> ModelDirectory:
    """Describe every model of the catalogue for `room` (None: what is free now); takes a moment the first time."""
    room = room or free_room()
    judged = considered(settings, room)
    return ModelDirectory(
        room=room,
        models=tuple(described(entry, settings, judged.get(entry.name)) for entry in load_catalog()),
        named=settings.model,
        default=installed_default(settings),
    )


def considered(settings: Settings, room: Room) -> dict[str, Consideration]:
    """Judge the language models for memory, accelerator and language, by name."""
    judged = consider(room, limit_gib=settings.memory_limit, language=settings.language)
    return {one.entry.name: one for one in judged}


def described(entry: CatalogEntry, settings: Settings, judged: Consideration | None) -> ModelDescription:
    """Say of one model whether it is here and what choosing thinks of it."""
    return ModelDescription(
        entry=entry,
        is_installed=installed(entry, settings) is not None,
        is_chosen=bool(judged and judged.chosen),
        why=judged.why if judged else "",
    )
