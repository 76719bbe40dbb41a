"""Measure the product's own check of support: against human labels, counterfactual sentences and other languages.

`--data` is a folder with `begin`, `ramdocs`, `realtimeqa` and `xquad`, in the formats that `footnote eval` reads.
Constants were fitted on one half of each; figures are of the other one unless `--fitted` asks for the first. Separate
from the judge that scores answers, on purpose.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from assistant.evaluation.data_sets import is_fitted_on, read_lines
from assistant.evaluation.report import Figure, mean
from assistant.evidence import Passage, Verdict
from assistant.language.sentences import sentence_spans
from assistant.models.pulling import installed_named
from assistant.ranking.embedding import PassageEmbedder
from assistant.ranking.reranking import Ranker
from assistant.settings import load_settings
from assistant.writing.attribution import Attributed, attribute
from assistant.writing.foreign import Comparer, attribute_across

RESAMPLES = 1_000
SENTENCES_AN_ITEM = 4
PASSAGE_CHARS = 4_000
PARAGRAPHS = 24
"""Of XQuAD: embedding is what takes the time."""
RANKS = {Verdict.UNSUPPORTED: 0, Verdict.PARTLY: 1, Verdict.SUPPORTED: 2}
FIGURE = re.compile(r"(?<![\w.,])\d+(?![\w.,]*\d)")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
DENIED = {" was ": " was not ", " is ": " is not ", " are ": " are not ", " were ": " were not ", " has ": " has not "}
OPPOSITES = {
    "more": "less", "less": "more", "before": "after", "after": "before", "first": "last", "last": "first",
    "increased": "decreased", "rose": "fell", "fell": "rose", "won": "lost", "lost": "won", "highest": "lowest",
    "largest": "smallest", "higher": "lower", "north": "south", "south": "north", "million": "billion",
    "billion": "million", "percent": "points", "miles": "kilometres", "feet": "metres",
}  # fmt: skip

Found = tuple[bool, Attributed]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fitted", action="store_true", help="the half that constants were fitted on")
    parser.add_argument("--items", type=int, default=60, help="items of each set to make counterfactuals of")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = labelled(asked.data, fitted=asked.fitted) | counterfactual(asked.data, asked.items, fitted=asked.fitted)
    figures |= asyncio.run(across(asked.data, fitted=asked.fitted))
    if asked.json:
        print(json.dumps({name: [n, one.value, one.low, one.high] for name, (n, one) in figures.items()}, indent=2))
        return
    for name, (n, one) in figures.items():
        print(f"{name:44} {one.value:.3f}  [{one.low:.3f}, {one.high:.3f}]  n={n}")


def labelled(data: Path, *, fitted: bool) -> dict[str, tuple[int, Figure]]:
    """Compare verdicts with the human labels of BEGIN; a premise is in one half with all that was said of it."""
    rows = [row for row in read_lines(data / "begin" / "items.jsonl") if is_fitted_on(row["premise"]) == fitted]
    truth = np.array([row["label"] == "Fully attributable" for row in rows])
    found = [attribute(row["hypothesis"], "", {1: passage_of(row["premise"])}, "en") for row in rows]
    scores = np.array(
        [RANKS[one.sentence.verdict] + max((c.support for c in one.citations), default=0) for one in found]
    )
    supported = scores >= RANKS[Verdict.SUPPORTED]
    return {
        "begin: AUROC": (len(rows), auroc(truth, scores)),
        "begin: precision of supported": (int(supported.sum()), mean(truth[supported].astype(float).tolist())),
        "begin: recall of supported": (int(truth.sum()), mean(supported[truth].astype(float).tolist())),
    }


def auroc(truth: np.ndarray, scores: np.ndarray) -> Figure:
    """Tell how often an attributable sentence scores above another one, with a bootstrap interval."""
    draws = np.random.default_rng(0).integers(0, len(truth), (RESAMPLES, len(truth)))
    low, high = np.percentile([area(truth[drawn], scores[drawn]) for drawn in draws], [2.5, 97.5])
    return Figure(value=area(truth, scores), low=float(low), high=float(high))


def area(truth: np.ndarray, scores: np.ndarray) -> float:
    """Compute it for one sample."""
    above = scores[truth][:, None] - scores[~truth][None]
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def counterfactual(data: Path, items: int, *, fitted: bool) -> dict[str, tuple[int, Figure]]:
    """Check sentences of the passages as they are and with a number, a name, a denial or an opposite put in."""
    draw = random.Random(1)  # noqa: S311 - a sample, no secret
    accepted: dict[str, list[float]] = {}
    for name in ("ramdocs", "realtimeqa"):
        rows = [row for row in read_lines(data / name / "items.jsonl") if is_fitted_on(row["id"]) == fitted]
        draw.shuffle(rows)
        for row in rows[:items]:
            passages = {number: passage_of(one["text"], one) for number, one in enumerate(row["passages"], start=1)}
            for kind, sentence in changed(passages, draw):
                found = attribute(sentence, row["query"], passages, "en")
                is_supported = found.sentence.verdict is Verdict.SUPPORTED
                accepted.setdefault(kind, []).append(float(is_supported))
    return {f"supported, {kind}": (len(shares), mean(shares)) for kind, shares in accepted.items()}


def changed(passages: Mapping[int, Passage], draw: random.Random) -> Iterator[tuple[str, str]]:
    """Give some sentences of passages and what each becomes by one change."""
    texts = [passage.text for passage in passages.values()]
    spans = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    said = [one for one in spans if 40 < len(one) < 250 and one.endswith(".")]  # noqa: PLR2004 - neither headings nor lists
    names = [match.group() for text in texts for match in NAME.finditer(text)]
    for sentence in draw.sample(said, min(SENTENCES_AN_ITEM, len(said))):
        yield "as it is", sentence
        yield from changes_of(sentence, [name for name in names if name not in sentence], draw)


def changes_of(sentence: str, names: Sequence[str], draw: random.Random) -> Iterator[tuple[str, str]]:
    """Give what a sentence becomes by one change of each kind that it allows."""
    opposite = re.compile(rf"\b(?:{'|'.join(OPPOSITES)})\b")
    numbered = replaced(FIGURE, sentence, lambda old: str(int(old) + draw.choice([-1, 1, 3])), draw)
    named = replaced(NAME, sentence, lambda _: draw.choice(names), draw) if names else None
    denied = next((sentence.replace(a, b, 1) for a, b in DENIED.items() if a in sentence), None)
    turned = replaced(opposite, sentence, OPPOSITES.__getitem__, draw)
    changed_by = {"another number": numbered, "another name": named, "denied": denied, "an opposite": turned}
    yield from ((kind, other) for kind, other in changed_by.items() if other and other != sentence)


def replaced(pattern: re.Pattern[str], text: str, new: Callable[[str], str], draw: random.Random) -> str | None:
    """Replace one match, drawn; None where there is none."""
    matches = list(pattern.finditer(text))
    if not matches:
        return None
    match = draw.choice(matches)
    return text[: match.start()] + new(match.group()) + text[match.end() :]


async def across(data: Path, *, fitted: bool) -> dict[str, tuple[int, Figure]]:
    """Check sentences of one language against their paragraph in another, and against the other paragraphs."""
    settings = load_settings()
    folder = installed_named(settings.embedding_model, settings)
    if folder is None:
        return {}
    ranker = Ranker(PassageEmbedder(folder), None)
    await ranker.warm()
    texts = {
        language: {row["id"]: row["text"].lstrip("\ufeff") for row in read_lines(file)}
        for language in ("en", "es", "de")
        if (file := data / "xquad" / f"{language}.corpus.jsonl")
    }
    chosen = [name for name in texts["en"] if is_fitted_on(name) == fitted][:PARAGRAPHS]
    shares: dict[str, list[float]] = {}
    comparer = Comparer(vectors=ranker.vectors)
    for (spoken, written), name in product((("es", "en"), ("en", "de")), chosen):
        own = {1: passage_of(texts[written][name])}
        others = {n: passage_of(texts[written][one]) for n, one in enumerate(chosen, start=2) if one != name}
        for sentence in sentences(texts[spoken][name]):
            for kind, passages in (("its translation", own), ("other paragraphs", others)):
                found = await attribute_across(sentence, "", passages, spoken, comparer)
                for verdict in (Verdict.SUPPORTED, Verdict.PARTLY):
                    is_so = found is not None and RANKS[found.sentence.verdict] >= RANKS[verdict]
                    label = "supported" if verdict is Verdict.SUPPORTED else "at least partly"
                    shares.setdefault(f"{spoken} by {written}, {kind}: {label}", []).append(float(is_so))
    await ranker.close()
    return {name: (len(values), mean(values)) for name, values in shares.items()}


def sentences(text: str) -> Sequence[str]:
    """List the sentences of a text that say something."""
    return [text[start:end] for start, end in sentence_spans(text) if end - start >= 25]  # noqa: PLR2004 - no fragments


def passage_of(text: str, row: Mapping[str, Any] | None = None) -> Passage:
    """Make a passage of a row."""
    row = row or {}
    url = row.get("url") or f"https://{row.get('id', 'one')}.test/"
    return Passage(
        id=str(row.get("id", "one")), url=url, title=row.get("title") or "", text=text[:PASSAGE_CHARS], start=0
    )


if __name__ == "__main__":
    main()
