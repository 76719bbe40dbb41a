"""Get a model's files from a hub that speaks the Hugging Face API: safetensors, configuration and tokenizer only.

Knows the hub. Leaves the place of the folder and its completion to `pulling.py`.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry, load_catalog
from assistant.models.wheels import INERT, sha256_of
from assistant.settings import Settings

__all__ = ["HubListing", "download_files", "drop_code_keys", "hub_answers", "list_files"]

ANSWER_DEADLINE_S = 3.0
"""A person waits for this before the stand-in is considered."""
POLL_S = 0.25
CODE_KEYS = ("auto_map", "custom_pipelines")
"""Keys of config.json that name code beside the weights; transformers knows the catalogue's architectures itself."""

Report = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class HubFile:
    """One file of a repository; `sha256` is known for those in large file storage."""

    name: str
    bytes: int
    sha256: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HubListing:
    """The files of one commit that a model folder needs."""

    commit: str
    files: tuple[HubFile, ...]

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files)


def hub_answers(settings: Settings, *, deadline_s: float = ANSWER_DEADLINE_S) -> bool:
    """Tell whether the hub knows a model of the catalogue, within the deadline whatever the network does."""
    repository = next(entry.repository for entry in load_catalog() if entry.repository)
    answers: list[bool] = []
    asking = threading.Thread(  # a daemon: looking a name up cannot be interrupted and may outlast the deadline
        target=lambda: answers.append(knows(settings, repository, deadline_s)), daemon=True
    )
    asking.start()
    asking.join(deadline_s)
    return bool(answers and answers[0])


def knows(settings: Settings, repository: str, deadline_s: float) -> bool:
    """Ask the hub for a repository; a page of a captive portal is no answer."""
    try:
        with httpx.Client(
            verify=authorities(settings), trust_env=False, proxy=settings.proxy, timeout=deadline_s
        ) as client:
            answer = client.get(f"{settings.hub_url.rstrip('/')}/api/models/{repository}", follow_redirects=True)
            return answer.status_code == httpx.codes.OK and isinstance(answer.json(), dict)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return False


def authorities(settings: Settings) -> ssl.SSLContext:
    """Trust the settings' authorities only."""
    return ssl.create_default_context(cafile=str(settings.trusted_authorities))


def list_files(entry: CatalogEntry, settings: Settings) -> HubListing:
    """Resolve the entry's revision and list what a model folder needs of it, with sizes and digests."""
    from huggingface_hub import HfApi  # noqa: PLC0415 - loaded only when needed

    repository = str(entry.repository)
    with our_network(settings, repository):
        api = HfApi(endpoint=settings.hub_url.rstrip("/"), token=False)
        info = api.model_info(repository, revision=entry.revision, files_metadata=True, timeout=10)
    files = tuple(
        HubFile(name=file.rfilename, bytes=file.size or 0, sha256=file.lfs.sha256 if file.lfs else None)
        for file in info.siblings or ()
        if is_wanted(file.rfilename)
    )
    if not any(file.name.endswith(".safetensors") for file in files):
        message = (
            f"{repository}: holds no safetensors files, and no other kind of weights is read; choose another model"
        )
        raise ModelUnavailable(message)
    return HubListing(commit=str(info.sha), files=files)


def is_wanted(name: str) -> bool:
    """Take inert files at the top: folders hold the same weights in other shapes (`original/`, `metal/`, `onnx/`)."""
    path = Path(name)
    return len(path.parts) == 1 and (path.suffix in INERT or path.stem.upper() in {"LICENSE", "NOTICE"})


def download_files(entry: CatalogEntry, listing: HubListing, folder: Path, settings: Settings, report: Report) -> None:
    """Fetch the listed files into `folder`, going on where an earlier try stopped, and check each by its digest."""
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - loaded only when needed

    repository = str(entry.repository)
    with our_network(settings, repository), watched(folder, report):
        for file in listing.files:
            hf_hub_download(
                repository,
                file.name,
                revision=listing.commit,
                local_dir=folder,
                endpoint=settings.hub_url.rstrip("/"),
                token=False,
            )
    for file in listing.files:
        check(folder / file.name, file)
    report(listing.bytes)


def check(path: Path, file: HubFile) -> None:
    """Refuse and remove a file that is not what the hub listed."""
    if path.stat().st_size == file.bytes and file.sha256 in {None, sha256_of(path)}:
        return
    path.unlink()
    message = f"{file.name}: the file received is not the one the hub lists; run `footnote models pull` again"
    raise ModelUnavailable(message)


@contextmanager
def our_network(settings: Settings, repository: str) -> Iterator[None]:
    """Let the hub's library use our authorities and proxy, and give its failures one line."""
    from huggingface_hub import get_session, set_client_factory  # noqa: PLC0415 - loaded only when needed

    library = get_session()
    client, hooks = type(library), library.event_hooks  # httpx in version 1 of the library, httpx2 in version 2
    context = authorities(settings)
    set_client_factory(
        lambda: client(
            verify=context, trust_env=False, proxy=settings.proxy, follow_redirects=True, event_hooks=hooks, timeout=30
        )
    )
    try:
        yield
    except ModelUnavailable:
        raise
    except Exception as error:  # the library raises its HTTP client's errors, whose classes change with its version
        first = (str(error).splitlines() or [""])[0]
        message = f"{repository} at {settings.hub_url}: {type(error).__name__}: {first}; check the network and hub_url"
        raise ModelUnavailable(message) from error


@contextmanager
def watched(folder: Path, report: Report) -> Iterator[None]:
    """Report the bytes in a folder while it fills: true for every way in which the hub's library may write."""
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(POLL_S):
            report(size_of(folder))

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        finished.set()
        watching.join()


def size_of(folder: Path) -> int:
    """Add up the files of a folder, of which some may vanish meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def drop_code_keys(folder: Path) -> tuple[str, ...]:
    """Take out of config.json what names code in the repository, and tell what that was."""
    path = folder / "config.json"
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    dropped = tuple(key for key in CODE_KEYS if key in config)
    if dropped:
        kept = {key: value for key, value in config.items() if key not in dropped}
        path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return dropped
