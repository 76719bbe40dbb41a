"""The files of a new source, written so that its tests pass before a word of it is changed.

Knows where such files stand, in Footnote's own checkout and in a package of one's own. The texts are in `templates/`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from retrievers.contract import Focus

__all__ = ["CannotScaffold", "Scaffold", "scaffold"]

TEMPLATES = Path(__file__).parent / "templates"
GROUP_HEADING = '[project.entry-points."footnote.retrievers"]\n'


class CannotScaffold(Exception):
    """Say why no files were written; nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scaffold:
    """What was written: the source first, then its test and recordings, and the file that names it."""

    source: Path
    test: Path
    written: tuple[Path, ...]
    project: Path


def scaffold(name: str, focus: Focus, directory: Path) -> Scaffold:
    """Write the source, its test, two recordings and its entry point; raise `CannotScaffold` and write nothing else."""
    if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        message = (
            f"{name}: not a name for a source; use small letters, digits and single underscores, such as my_source"
        )
        raise CannotScaffold(message)
    if is_own_checkout(directory):
        return in_checkout(name, focus, directory)
    return in_package(name, focus, directory / name)


def is_own_checkout(directory: Path) -> bool:
    """Tell whether a folder is the root of Footnote's own source tree."""
    project = directory / "pyproject.toml"
    return project.is_file() and tomllib.loads(project.read_text(encoding="utf-8"))["project"]["name"] == "footnote"


def in_checkout(name: str, focus: Focus, root: Path) -> Scaffold:
    """Put a source among the built-in ones."""
    source = root / "retrievers" / focus / f"{name}.py"
    tests = root / "tests" / "retrievers"
    test = tests / focus / f"test_{name}.py"
    words = words_of(name, focus, f"retrievers.{focus}.{name}", 'Path(__file__).parents[1] / "recordings"')
    project = root / "pyproject.toml"
    named = with_entry_point(project, f'{name} = "retrievers.{focus}.{name}:{words["kind"]}"\n')
    written = write(files(words, source, test, tests / "recordings"))
    project.write_text(named, encoding="utf-8")
    return Scaffold(source=source, test=test, written=written, project=project)


def in_package(name: str, focus: Focus, root: Path) -> Scaffold:
    """Make a small package around a source."""
    source, tests, project = root / f"{name}.py", root / "tests", root / "pyproject.toml"
    test = tests / f"test_{name}.py"
    words = words_of(name, focus, name, 'Path(__file__).parent / "recordings"')
    texts = files(words, source, test, tests / "recordings") | {project: filled("pyproject.toml.txt", words)}
    return Scaffold(source=source, test=test, written=write(texts), project=project)


def words_of(name: str, focus: Focus, module: str, recordings: str) -> dict[str, str]:
    """Name what the templates leave open."""
    kind = "".join(part.capitalize() for part in name.split("_"))
    dashed = name.replace("_", "-")
    return {"name": name, "dashed": dashed, "kind": kind, "focus": focus, "module": module, "recordings": recordings}


def files(words: Mapping[str, str], source: Path, test: Path, recordings: Path) -> dict[Path, str]:
    """Give the texts of a source's files by where they go."""
    return {
        source: filled("retriever.py.txt", words),
        test: filled("test.py.txt", words),
        recordings / f"{words['name']}_hits.json": filled("hits.json.txt", words),
        recordings / f"{words['name']}_empty.json": filled("empty.json.txt", words),
    }


def filled(template: str, words: Mapping[str, str]) -> str:
    """Fill a template."""
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(words)


def with_entry_point(project: Path, line: str) -> str:
    """Return the text of a pyproject.toml with one more entry point, in its place in the alphabet."""
    before, heading, after = project.read_text(encoding="utf-8").partition(GROUP_HEADING)
    if not heading:
        message = f"{project}: has no {GROUP_HEADING.strip()}; add it"
        raise CannotScaffold(message)
    present, gap, rest = after.partition("\n\n")
    lines = [f"{one}\n" for one in present.strip().splitlines()]
    name = line.partition(" ")[0]
    if any(one.partition(" ")[0] == name for one in lines):
        message = f"{name}: {project} names a source of this name already; choose another name"
        raise CannotScaffold(message)
    return f"{before}{heading}{''.join(sorted([*lines, line])).rstrip()}{gap}{rest}"


def write(texts: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write every file, or none where one of them is there already."""
    for path in texts:
        if path.exists():
            message = f"{path}: is there already; choose another name or remove it"
            raise CannotScaffold(message)
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"{error.filename}: cannot be written ({error.strerror}); choose another folder"
        raise CannotScaffold(message) from error
    return tuple(texts)
