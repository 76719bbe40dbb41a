"""What each step of extraction adds to word F1, and the fit of the weights that choose the lines.

Run `python benchmarks/extraction.py --data DIR` for the table, `--fit` to print weights fitted on the tuning half.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trafilatura

from assistant.evaluation.extraction import CONTENT_TYPE, MarkedPage, agreement, is_held_out, pages_below, timed
from assistant.reading.characters import decode
from assistant.reading.head import is_article, is_manual
from assistant.reading.lines import Line, text_of
from assistant.reading.main_text import (
    BEYOND_ARTICLES,
    FEWEST_WORDS,
    IN_ARTICLES,
    Found,
    cues_of,
    main_lines,
    words_of,
)
from assistant.reading.page_html import found_text, main_text, parse, seen_lines, simplify
from assistant.reading.structured_data import statements_of
from assistant.reading.unseen import drop_unseen

MOST_WEIGHED_WORDS = 60
"""A long line counts as this many words at most, so that one page of prose does not outweigh the rest."""
SUBLINEAR = 0.7
RIDGE = 0.06
"""Per 1,000 lines; between 0.02 and 0.6 the held-out half changed by less than 0.001."""
NEWTON_STEPS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The lines of a page, their cues, and how much of each is marked as main text."""

    page: MarkedPage
    lines: list[Line]
    cues: list[dict[str, float]]
    marked: list[float]
    is_article: bool
    is_manual: bool
    found: str
    default: str


def judged(page: MarkedPage) -> Judged:
    """Take a page through the steps before the choice of lines."""
    try:
        tree = parse(decode(page.body(), CONTENT_TYPE), page.url)
    except Exception:  # noqa: BLE001 - a page that cannot be parsed has no lines
        return Judged(page=page, lines=[], cues=[], marked=[], is_article=False, is_manual=False, found="", default="")
    article, manual = is_article(tree, statements_of(tree)), is_manual(tree)
    drop_unseen(tree)
    simplify(tree)
    lines = [line for line in seen_lines(tree) if words_of(line.text)]
    found = found_text(tree, page.url, sum(len(line.text.split()) for line in lines), is_article=article)
    return Judged(
        page=page,
        lines=lines,
        cues=cues_of(lines, Found(found), is_article=article) if lines else [],
        marked=marked_shares(lines, page.text),
        is_article=article,
        is_manual=manual,
        found=found,
        default=main_text(tree, page.url, fast=False),
    )


def marked_shares(lines: list[Line], marked: str) -> list[float]:
    """Return how much of each line is marked as main text: of its runs of three words, or of fewer if it is short."""
    text = words_of(marked)
    runs = {size: set(zip(*(text[at:] for at in range(size)), strict=False)) for size in (1, 2, 3)}
    shares = []
    for line in lines:
        words = words_of(line.text)
        size = min(3, len(words))
        own = list(zip(*(words[at:] for at in range(size)), strict=False))
        shares.append(sum(run in runs[size] for run in own) / len(own))
    return shares


def fitted(pages: list[Judged]) -> dict[str, float]:
    """Fit a logistic regression to the lines of some pages, each page weighing the same."""
    pages = [page for page in pages if page.lines]
    names = list(pages[0].cues[0])
    values = np.array([[cue[name] for name in names] for page in pages for cue in page.cues])
    wanted = np.array([share for page in pages for share in page.marked])
    weights = np.concatenate([shares_of(page) for page in pages])
    mean, spread = values.mean(0), values.std(0) + 1e-6
    at = names.index("bias")
    mean[at], spread[at] = 0.0, 1.0
    scaled = (values - mean) / spread
    found = regression(scaled, wanted, weights / weights.mean(), RIDGE * len(wanted) / 1000)
    found = found / spread
    found[at] -= float(found @ mean)
    return {name: round(float(weight), 2) for name, weight in zip(names, found, strict=True)}


def shares_of(page: Judged) -> np.ndarray:
    """Return how much each line of a page weighs; together they weigh one."""
    sizes = np.array([min(len(words_of(line.text)), MOST_WEIGHED_WORDS) ** SUBLINEAR for line in page.lines])
    return sizes / sizes.sum()


def regression(values: np.ndarray, wanted: np.ndarray, weights: np.ndarray, ridge: float) -> np.ndarray:
    """Minimise the weighted log loss by Newton's method."""
    found = np.zeros(values.shape[1])
    for _ in range(NEWTON_STEPS):
        probable = 1 / (1 + np.exp(-values @ found))
        slope = values.T @ (weights * (probable - wanted)) + ridge * found
        bend = (values * (weights * probable * (1 - probable))[:, None]).T @ values + ridge * np.eye(len(found))
        found -= np.linalg.solve(bend, slope)
    return found


def chosen(page: Judged, weights: Mapping[str, float]) -> str:
    """Return the text that some weights choose."""
    if page.is_manual or sum(len(words_of(line.text)) for line in page.lines) < FEWEST_WORDS:
        return text_of(page.lines)
    if_found, if_not = IN_ARTICLES if page.is_article else BEYOND_ARTICLES
    kept = []
    for line, cue in zip(page.lines, page.cues, strict=True):
        odds = sum(weights[name] * value for name, value in cue.items())
        bound = if_found if cue["found"] else if_not
        if 1 / (1 + np.exp(-odds)) >= bound:
            kept.append(line)
    return text_of(kept)


def steps(page: Judged) -> dict[str, str]:
    """Return the text of a page after each step of the chain."""
    raw = trafilatura.bare_extraction(page.page.body(), include_comments=False, include_tables=True)
    alone = " ".join(raw.body.itertext()) if isinstance(raw, trafilatura.settings.Document) else ""
    everything = text_of(page.lines)
    enough = len(page.default.split()) >= FEWEST_WORDS
    product, _ = timed(page.page)
    return {
        "trafilatura alone": alone,
        "on what is seen": page.default,
        "all that is seen where it finds < 50 words": page.default if enough else everything,
        "fast for articles": page.found if len(page.found.split()) >= FEWEST_WORDS else everything,
        "its lines, as ours": text_of([line for line, cue in zip(page.lines, page.cues, strict=True) if cue["found"]]),
        "every line judged": text_of(main_lines(page.lines, page.found, is_article=page.is_article)),
        "whole of extract": product,
    }


def table(data: Path) -> None:
    """Print word F1 after each step, for all pages and for the held-out half."""
    for name, pages in pages_below(data).items():
        scores: dict[str, list[tuple[bool, float]]] = {}
        for page in map(judged, pages):
            for step, text in steps(page).items():
                row = (is_held_out(page.page.id), agreement(text, page.page.text).f1)
                scores.setdefault(step, []).append(row)
        print(f"{name}, n = {len(pages)}: word F1 of all pages, of the half that nothing was fitted on")
        for step, rows in scores.items():
            held = [f1 for is_held, f1 in rows if is_held]
            print(f"  {step:45} {np.mean([f1 for _, f1 in rows]):.4f}  {np.mean(held):.4f}")


def fit(data: Path) -> None:
    """Print the weights of the tuning half, and what each half gives with the weights of the other."""
    sets = {name: list(map(judged, pages)) for name, pages in pages_below(data).items()}
    every = [page for pages in sets.values() for page in pages]
    halves = {held: fitted([page for page in every if is_held_out(page.page.id) is not held]) for held in (True, False)}
    for name, pages in sets.items():
        crossed: Callable[[Judged], str] = lambda page: chosen(page, halves[is_held_out(page.page.id)])  # noqa: E731
        f1 = [agreement(crossed(page), page.page.text).f1 for page in pages]
        held = [value for page, value in zip(pages, f1, strict=True) if is_held_out(page.page.id)]
        print(f"{name}: crossed {np.mean(f1):.4f}, held-out half {np.mean(held):.4f}", file=sys.stderr)
    print(json.dumps(halves[True], indent=4, ensure_ascii=False))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "extraction")
    parser.add_argument("--fit", action="store_true", help="fit the weights instead of printing the table")
    arguments = parser.parse_args()
    (fit if arguments.fit else table)(arguments.data)


if __name__ == "__main__":
    main()
