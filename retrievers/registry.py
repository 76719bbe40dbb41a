"""Which retrievers there are: the entry points of the group `footnote.retrievers`, ours and those of other packages.

Knows how to find and build them. Leaves the choice for one question to `assistant/searching/routing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from retrievers.contract import Retriever
from retrievers.errors import RetrieverError

__all__ = ["GROUP", "Built", "available", "broken", "build"]

GROUP = "footnote.retrievers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """The retrievers that are ready, and why each of the others is not, in one line by name."""

    retrievers: tuple[Retriever, ...]
    unusable: Mapping[str, str]


def available(points: Iterable[EntryPoint] | None = None) -> dict[str, type[Retriever]]:
    """Return every retriever that can be loaded, by name; `points` defaults to what is installed."""
    return {name: found for name, found in load_all(points) if not isinstance(found, str)}


def broken(points: Iterable[EntryPoint] | None = None) -> dict[str, str]:
    """Return why each of the other entry points cannot be loaded, by name."""
    return {name: found for name, found in load_all(points) if isinstance(found, str)}


def build(names: Sequence[str], env: Mapping[str, str], points: Iterable[EntryPoint] | None = None) -> Built:
    """Build the named retrievers, or, where none is named, those that need nothing or have what they need."""
    points = tuple(installed() if points is None else points)
    known = available(points)
    unusable = broken(points)
    retrievers = []
    for name in dict.fromkeys(names or (name for name, kind in known.items() if is_default(kind, env))):
        try:
            retrievers.append(known[name].from_env(env))
        except KeyError:
            unusable.setdefault(name, f"{name}: no such source; known are {', '.join(sorted(known))}")
        except RetrieverError as error:
            unusable[name] = str(error)
        except Exception as error:  # noqa: BLE001 - another package's code must not stop ours
            unusable[name] = f"{name}: cannot be built ({type(error).__name__}: {error}); check its settings"
    wanted = {name: why for name, why in unusable.items() if not names or name in names}
    return Built(retrievers=tuple(retrievers), unusable=wanted)


def is_default(kind: type[Retriever], env: Mapping[str, str]) -> bool:
    """Tell whether a retriever is used unasked: it is on by default, or the key or address it needs is set."""
    has_needs = all(env.get(name) for name in kind.needs)
    return has_needs and (kind.on_by_default or bool(kind.needs))


def installed() -> Iterable[EntryPoint]:
    """List the installed entry points; ours come last, so that no other package replaces a built-in."""
    return sorted(entry_points(group=GROUP), key=lambda point: (point.value.startswith("retrievers."), point.name))


def load_all(points: Iterable[EntryPoint] | None) -> Iterator[tuple[str, type[Retriever] | str]]:
    """Load each entry point, or say why it cannot be."""
    for point in installed() if points is None else points:
        yield point.name, load(point)


def load(point: EntryPoint) -> type[Retriever] | str:
    """Load one entry point, or say why it cannot be."""
    try:
        kind = point.load()
    except Exception as error:  # noqa: BLE001 - importing another package may raise anything
        return f"{point.name}: cannot be loaded ({type(error).__name__}: {error}); reinstall or remove its package"
    if not (isinstance(kind, type) and issubclass(kind, Retriever)):
        return f"{point.name}: {point.value} is not a Retriever; correct its entry point"
    if kind.name != point.name:
        return f"{point.name}: {point.value} calls itself {kind.name}; give the entry point the same name"
    return kind
