"""Get a model's files from a hub that speaks the Hugging Face API: safetensors, configuration and tokenizer only.

Knows the hub: its pages, its names, its refusals. Leaves fetching to `downloading.py`, where files lie to
`hub_cache.py`, and the folder that is made of them to `repository.py`.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry, load_catalog
from assistant.models.downloading import Interrupted, fetch_files
from assistant.models.hub_cache import COMMIT, HubFile, HubListing, RepositoryCache, is_as_listed
from assistant.models.wheels import INERT
from assistant.settings import Settings

__all__ = ["cache_of", "download_files", "hub_answers", "is_offline", "list_files"]

ANSWER_DEADLINE_S = 3.0
"""A person waits for this before the stand-in is considered."""
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
UNWANTED = ("adapter_", "consolidated", "pytorch_model")
"""An adapter's configuration names another model to load; the others are the same weights once more."""

Report = Callable[[int], None]


def is_offline(settings: Settings) -> bool:
    """Tell whether the hub may not be asked; the variable is the one that the hub's library obeys."""
    return settings.offline or os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}


def cache_of(entry: CatalogEntry, settings: Settings) -> RepositoryCache:
    """Return the part of the shared cache that an entry's files lie in."""
    return RepositoryCache(root=settings.shared_cache, repository=str(entry.repository))


def hub_answers(settings: Settings, *, deadline_s: float = ANSWER_DEADLINE_S) -> bool:
    """Tell whether the hub knows a model of the catalogue, within the deadline whatever the network does."""
    if is_offline(settings):
        return False
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
        with client_for(settings, httpx.Timeout(deadline_s)) as client:
            answer = client.get(f"{settings.hub_url.rstrip('/')}/api/models/{repository}")
            return answer.status_code == httpx.codes.OK and isinstance(answer.json(), dict)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return False


def client_for(settings: Settings, timeout: httpx.Timeout = TIMEOUT) -> httpx.Client:
    """Trust the settings' authorities only; the token goes to the hub and, as httpx has it, to no host it points to."""
    token = settings.hub_token.get_secret_value() if settings.hub_token else ""
    return httpx.Client(
        verify=ssl.create_default_context(cafile=str(settings.trusted_authorities)),
        trust_env=False,
        proxy=settings.proxy,
        follow_redirects=True,
        timeout=timeout,
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )


def list_files(entry: CatalogEntry, settings: Settings) -> HubListing:
    """Resolve the entry's revision and list what a model folder needs of it, with sizes and digests.

    Offline, what the shared cache holds; raises ModelUnavailable where that is not all.
    """
    if is_offline(settings):
        return list_cached(entry, settings)
    revision = quote(entry.revision or "main", safe="")
    address = f"{settings.hub_url.rstrip('/')}/api/models/{entry.repository}/revision/{revision}"
    with refusals(entry, settings), client_for(settings) as client:
        answer = client.get(address, params={"blobs": "true"}).raise_for_status().json()
        commit, siblings = str(answer["sha"]), answer["siblings"]
        files = tuple(parse_file(sibling) for sibling in siblings if is_wanted(str(sibling["rfilename"])))
    if not COMMIT.fullmatch(commit):
        message = f"{entry.repository} at {settings.hub_url}: names no commit; check hub_url"
        raise ModelUnavailable(message)
    return HubListing(commit=commit, files=with_weights(entry, files))


def parse_file(sibling: dict[str, Any]) -> HubFile:
    """Read one file of the hub's answer."""
    large = sibling.get("lfs") or {}
    return HubFile(
        name=str(sibling["rfilename"]),
        bytes=int(sibling.get("size") or large.get("size") or 0),
        sha256=large.get("sha256"),
        oid=None if large else sibling.get("blobId"),
    )


def with_weights(entry: CatalogEntry, files: tuple[HubFile, ...]) -> tuple[HubFile, ...]:
    """Return the files if there are weights among them that can be trusted; raise `ModelUnavailable` if not."""
    if any(file.name.endswith(".safetensors") for file in files):
        return files
    message = (
        f"{entry.repository}: holds no safetensors files, and no other kind of weights is read; choose another model"
    )
    raise ModelUnavailable(message)


def list_cached(entry: CatalogEntry, settings: Settings) -> HubListing:
    """List what the shared cache holds of an entry, if it is all that is needed."""
    cache = cache_of(entry, settings)
    commit = cache.known_commit(entry.revision or "main")
    listing = cache.listing(commit) if commit else HubListing(commit="", files=())
    here = tuple(file for file in listing.files if is_wanted(file.name))
    if not here:
        message = (
            f"{entry.repository}: offline, and {settings.shared_cache} holds none of it; "
            "unset `offline`, or fetch it on another machine and copy the folder"
        )
        raise ModelUnavailable(message)
    if lacking := cache.lacking(listing):
        message = (
            f"{entry.repository}: offline, and {cache.snapshot(str(commit))} has {len(here)} files but lacks "
            f"{', '.join(lacking)}; unset `offline` to fetch the rest"
        )
        raise ModelUnavailable(message)
    return HubListing(commit=listing.commit, files=here)


def is_wanted(name: str) -> bool:
    """Take inert files at the top: folders hold the same weights in other shapes (`original/`, `metal/`, `onnx/`)."""
    path = Path(name)
    if len(path.parts) != 1 or "\\" in name or ":" in name or name.startswith(UNWANTED):
        return False
    return path.suffix in INERT or name == "tokenizer.model" or path.stem.upper() in {"LICENSE", "NOTICE"}


def download_files(entry: CatalogEntry, listing: HubListing, settings: Settings, report: Report) -> None:
    """Bring these files into the shared cache, checked by their digests whoever fetched them."""
    cache = cache_of(entry, settings)
    missing = cache.missing(listing)
    here = [file for file in listing.files if file not in missing]
    for file in here:
        if not is_as_listed(cache.blob(file), file):
            refuse_cached(cache, file)
    if not missing:
        return
    root = f"{settings.hub_url.rstrip('/')}/{entry.repository}/resolve/{listing.commit}"
    there = sum(file.bytes for file in here)
    with refusals(entry, settings), client_for(settings) as client:
        fetch_files(client, missing, cache, lambda file: f"{root}/{quote(file.name)}", done_bytes=there, report=report)


def refuse_cached(cache: RepositoryCache, file: HubFile) -> None:
    """Remove a file of the cache that is not what its name says, and say so."""
    cache.blob(file).unlink(missing_ok=True)
    message = f"{file.name}: the file in {cache.folder} is not the one the hub lists; it is removed: run the same again"
    raise ModelUnavailable(message)


@contextmanager
def refusals(entry: CatalogEntry, settings: Settings) -> Iterator[None]:
    """Turn what the hub and the network refuse into one line with the remedy."""
    where = f"{entry.repository} at {settings.hub_url}"
    try:
        yield
    except httpx.HTTPStatusError as error:
        raise ModelUnavailable(f"{where}: {say_status(error.response)}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        first = (str(error).splitlines() or [""])[0]
        message = f"{where}: {type(error).__name__}: {first}; check the network and hub_url"
        raise ModelUnavailable(message) from error
    except (ValueError, KeyError, TypeError) as error:
        message = f"{where}: answers in another shape than the hub's ({type(error).__name__}); check hub_url"
        raise ModelUnavailable(message) from error
    except Interrupted as error:
        message = f"{where}: interrupted; run `footnote models pull` again, it goes on where it stopped"
        raise ModelUnavailable(message) from error


def say_status(answer: httpx.Response) -> str:
    """Word a refusal of the hub."""
    status = answer.status_code
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return (
            f"HTTP {status}: private, or its terms are not accepted yet; accept them on its page and set "
            "FOOTNOTE_HUB_TOKEN to a token that may read it"
        )
    if status == httpx.codes.NOT_FOUND:
        name = answer.request.url.path.rsplit("/", 1)[-1]
        return (
            f"HTTP 404 for {name}: no such model, revision or file; correct the name, or check the network and hub_url"
        )
    return f"HTTP {status}; try again later, or check the network and hub_url"
