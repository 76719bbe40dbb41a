"""How well and how fast the text of real pages is extracted: word F1 against texts that people marked.

Knows the two layouts of extraction data (`evaluation.md`): `mixed` (every kind of page) and `news`. A folder that holds
both is measured as both, each under its own name.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ReadingError, SettingsInvalid
from assistant.evaluation.report import EvaluationRequest, Figure, Report, mean, sample
from assistant.reading import extract

__all__ = ["MarkedPage", "Score", "agreement", "evaluate", "is_held_out", "pages_below"]

SETS = ("mixed", "news")
WORD = re.compile(r"\w+")
CONTENT_TYPE = "text/html"
"""Without a charset: the pages were saved as they came, so that their markup is asked."""
WARM_UP = b"<html lang=en><head><title>One</title></head><body><p>One page loads the libraries.</p></body></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkedPage:
    """A saved page and the text that people marked in it."""

    id: str
    url: str
    kind: str
    path: Path
    text: str

    def body(self) -> bytes:
        """Return the bytes of the page."""
        return gzip.decompress(self.path.read_bytes())


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How far an extracted text agrees with a marked one."""

    precision: float
    recall: float
    f1: float


def evaluate(request: EvaluationRequest) -> Report:
    """Extract every page of a set, or of both."""
    sets = {name: sample(pages, request.limit, request.seed) for name, pages in pages_below(request.data).items()}
    total = sum(map(len, sets.values()))
    metrics: dict[str, Figure] = {}
    done = 0
    extract(WARM_UP, "https://warm.example/", CONTENT_TYPE)
    for name, pages in sets.items():
        scores, spent_s, empty = [], 0.0, 0
        for page in pages:
            text, took_s = timed(page)
            scores.append(agreement(text, page.text))
            spent_s += took_s
            empty += not text
            done += 1
            request.progress(done, total)
        metrics |= figures(name, pages, scores)
        metrics[f"{name}.pages_per_cpu_second"] = Figure(value=len(pages) / spent_s)
        metrics[f"{name}.empty_pages"] = Figure(value=empty)
    return Report(suite="extraction", data=str(request.data), n=total, metrics=metrics)


def timed(page: MarkedPage) -> tuple[str, float]:
    """Extract a page; return its text, empty where none was found, and the processor time that it took."""
    body = page.body()
    started = cpu_s()
    try:
        text = extract(body, page.url, CONTENT_TYPE).text
    except ReadingError:
        text = ""
    return text, cpu_s() - started


def cpu_s() -> float:
    """Return the processor time of this process and of the children that have ended."""
    ended = os.times()
    return time.process_time() + ended.children_user + ended.children_system


def figures(name: str, pages: Sequence[MarkedPage], scores: Sequence[Score]) -> dict[str, Figure]:
    """Return the means over all pages of a set, and over those that no weight was fitted on."""
    held_out = [score.f1 for page, score in zip(pages, scores, strict=True) if is_held_out(page.id)]
    return {
        f"{name}.word_f1": mean([score.f1 for score in scores]),
        **({f"{name}.word_f1_held_out": mean(held_out)} if held_out else {}),
        f"{name}.precision": mean([score.precision for score in scores]),
        f"{name}.recall": mean([score.recall for score in scores]),
    }


def agreement(text: str, marked: str) -> Score:
    """Compare two texts as bags of words; where nothing is marked, nothing is right."""
    found, wanted = Counter(WORD.findall(text)), Counter(WORD.findall(marked))
    common = (found & wanted).total()
    if not found and not wanted:
        return Score(precision=1.0, recall=1.0, f1=1.0)
    precision, recall = common / max(1, found.total()), common / max(1, wanted.total())
    return Score(precision=precision, recall=recall, f1=2 * common / (found.total() + wanted.total()))


def is_held_out(page_id: str) -> bool:
    """Tell the half of the pages on which nothing is fitted."""
    return bool(hashlib.sha256(page_id.encode()).digest()[0] & 1)


def pages_below(data: Path) -> dict[str, list[MarkedPage]]:
    """Return the pages of each set that a folder is or holds; raise `SettingsInvalid` where it is neither."""
    folders = {name: data / name for name in SETS if (data / name).is_dir()} or {data.name: data}
    sets = {name: list(pages_of(folder)) for name, folder in folders.items()}
    if not all(sets.values()):
        message = f"--data {data}: no marked pages; name the folder that holds html/ and its ground truth, or both sets"
        raise SettingsInvalid(message)
    return sets


def pages_of(folder: Path) -> Iterator[MarkedPage]:
    """Give the pages of one set in the order of their names."""
    if (folder / "ground-truth.json").is_file():
        for name, page in sorted(json.loads((folder / "ground-truth.json").read_text("utf-8")).items()):
            yield marked(folder, name, page["url"], "news", page["articleBody"])
        return
    about = folder / "metadata.json"
    kinds = json.loads(about.read_text("utf-8")) if about.is_file() else {}
    for path in sorted((folder / "ground-truth").glob("*.json")):
        page = json.loads(path.read_text("utf-8"))
        kind = kinds.get(path.stem, {}).get("page_type", "")
        yield marked(folder, path.stem, page["url"], kind, page["ground_truth"]["main_content"])


def marked(folder: Path, name: str, url: str, kind: str, text: str | None) -> MarkedPage:
    """Put together a page and its marked text; pages with no main text have None."""
    return MarkedPage(id=name, url=url, kind=kind, path=folder / "html" / f"{name}.html.gz", text=text or "")
