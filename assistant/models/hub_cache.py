"""The cache of downloads that all programs on a machine share, in the layout of the Hugging Face hub's own library.

What vLLM or transformers has fetched is not fetched again, and the other way round. Knows where things lie in it and
what is missing. Leaves asking the hub to `hub.py` and fetching to `downloading.py`.

models--owner--model/
 ├─ refs/main                     the commit that a branch had when it was last asked for
 ├─ blobs/DIGEST                  contents, each once; beside it DIGEST.incomplete while it is fetched
 └─ snapshots/COMMIT/config.json  links to blobs
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.models.folders import INDEX

__all__ = ["HubFile", "HubListing", "RepositoryCache", "is_as_listed", "link"]

COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class HubFile:
    """One file of a repository: `sha256` is known for those in large file storage, `oid`, git's digest, for others."""

    name: str
    bytes: int
    sha256: str | None = None
    oid: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HubListing:
    """The files of one commit that a model folder needs."""

    commit: str
    files: tuple[HubFile, ...]

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, kw_only=True, slots=True)
class RepositoryCache:
    """The part of the cache that holds one repository."""

    root: Path
    repository: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / f"models--{self.repository.replace('/', '--')}"

    def blob(self, file: HubFile) -> Path:
        """Say where the content of a file belongs."""
        digest = file.sha256 or file.oid or hashlib.sha256(f"{file.name} {file.bytes}".encode()).hexdigest()
        return self.folder / "blobs" / digest

    def partial(self, file: HubFile) -> Path:
        """Say where the beginning of a file lies while the rest is being fetched."""
        blob = self.blob(file)
        return blob.with_name(f"{blob.name}.incomplete")

    def lock(self, file: HubFile) -> Path:
        """Say which file to lock while a blob is written: the one that the hub's library locks."""
        return self.root / ".locks" / self.folder.name / f"{self.blob(file).name}.lock"

    def snapshot(self, commit: str) -> Path:
        """Say where the files of a commit lie."""
        return self.folder / "snapshots" / commit

    def missing(self, listing: HubListing) -> tuple[HubFile, ...]:
        """Tell which files of a commit are not here in full length."""
        return tuple(file for file in listing.files if not self._is_here(file))

    def missing_bytes(self, files: tuple[HubFile, ...]) -> int:
        """Count what is still to come of files that are not here; the beginnings of some may be."""
        return sum(max(0, file.bytes - size(self.partial(file))) for file in files)

    def _is_here(self, file: HubFile) -> bool:
        return size(self.blob(file)) == file.bytes and self.blob(file).is_file()

    def publish(self, listing: HubListing, revision: str) -> Path:
        """Show the blobs of a commit under their names, and note the commit of the branch; return the folder."""
        folder = self.snapshot(listing.commit)
        folder.mkdir(parents=True, exist_ok=True)
        for file in listing.files:
            link(self.blob(file), folder / file.name)
        if not COMMIT.fullmatch(revision):
            reference = self.folder / "refs" / revision
            reference.parent.mkdir(parents=True, exist_ok=True)
            reference.write_text(listing.commit, encoding="ascii")
        return folder

    def known_commit(self, revision: str) -> str | None:
        """Return the commit that a branch had when it was last asked for, or the commit that is named."""
        if COMMIT.fullmatch(revision):
            return revision
        with suppress(OSError):
            return (self.folder / "refs" / revision).read_text(encoding="ascii").strip()
        return None

    def listing(self, commit: str) -> HubListing:
        """List what is here of a commit; the names of blobs are their digests."""
        files = []
        with suppress(OSError):
            for path in sorted(self.snapshot(commit).iterdir()):
                if path.is_file():
                    digest = path.resolve().name
                    sha256 = digest if SHA256.fullmatch(digest) else None
                    oid = digest if COMMIT.fullmatch(digest) else None
                    files.append(HubFile(name=path.name, bytes=path.stat().st_size, sha256=sha256, oid=oid))
        return HubListing(commit=commit, files=tuple(files))

    def lacking(self, listing: HubListing) -> tuple[str, ...]:
        """Name what a model needs and a commit that is here lacks: its configuration, shards that its index names."""
        here = {file.name for file in listing.files}
        wanted = {"config.json"}
        if INDEX in here:
            with suppress(OSError, ValueError, KeyError, AttributeError):
                index = json.loads((self.snapshot(listing.commit) / INDEX).read_text(encoding="utf-8"))
                wanted |= set(index["weight_map"].values())
        elif not any(name.endswith(".safetensors") for name in here):
            wanted.add("model.safetensors")
        return tuple(sorted(wanted - here))


def size(path: Path) -> int:
    """Measure a file; nothing where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def link(blob: Path, name: Path, *, relative: bool = True) -> None:
    """Show a blob under a name, by a link where the file system has links, else by a copy."""
    name.unlink(missing_ok=True)
    try:
        name.symlink_to(os.path.relpath(blob, name.parent) if relative else blob.absolute())
    except OSError:
        shutil.copyfile(blob, name)


def is_as_listed(path: Path, file: HubFile) -> bool:
    """Check size and digest: sha256 for large files, git's own for the others."""
    if not path.is_file() or path.stat().st_size != file.bytes:
        return False
    with path.open("rb") as stream:
        if file.sha256:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
        if file.oid:
            digest = hashlib.sha1(f"blob {file.bytes}\0".encode(), usedforsecurity=False)
            while block := stream.read(1 << 20):
                digest.update(block)
            return digest.hexdigest() == file.oid
    return True
