"""One answer as the parts of a PDF: what was asked and said, what code computed, and every source with its quotation.

Knows what a reader on paper must be told, where nothing can be hovered or unfolded. Leaves looks to `pdf_styles.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reportlab.platypus import CondPageBreak, Flowable  # type: ignore[import-untyped]

from assistant.evidence import Answer, Calculation, Citation, Disagreement, PageReport, Sentence, Series, Verdict
from ui.answer_body import ENDINGS, author
from ui.engine_lines import retold
from ui.exporting import Exported
from ui.figures import MOST_ROWS
from ui.pdf_direction import runs_leftward
from ui.pdf_faces import BOLD, MONO, SANS, drawn, drawn_lines
from ui.pdf_styles import LINK, QUIET, paragraph, table
from ui.prose_blocks import ITEM, SIGNS, Row, grouped, table_rows
from ui.rendering import inline, is_web, quote_link, site_of
from ui.turn_state import TurnState
from ui.wording import Wording

__all__ = ["parts_of"]

MOST_COLUMNS = 8
"""A wider table leaves less than two centimetres to a column, and is written line by line."""
ROOM = 90
"""Points that must be left on a page below a question or a head; else it begins the next page."""
FACES = {"code": MONO, "strong": BOLD, "": SANS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an answer stands in the file: its number names the places of its sources."""

    number: int
    known: frozenset[int]
    words: Wording

    def marks(self, numbers: Iterable[int]) -> str:
        """Write the numbers of citations, each a link to its source below."""
        return "".join(f" {self.mark(number)}" for number in numbers)

    def mark(self, number: int) -> str:
        """Write one number; one that has no source leads nowhere."""
        written = drawn(f"[{number}]")
        return f'<a href="#{self.anchor(number)}" color="{LINK}">{written}</a>' if number in self.known else written

    def anchor(self, number: int) -> str:
        """Name the place of a source."""
        return f"source-{self.number}-{number}"


def parts_of(exported: Exported, number: int, words: Wording) -> list[Flowable]:
    """Write one answer, the number-th of its file."""
    answer = exported.answer
    place = Place(number=number, known=frozenset(cited.number for cited in answer.citations), words=words)
    return [
        CondPageBreak(ROOM),
        paragraph(drawn(answer.question, BOLD), "title", said=answer.question),
        *asked(exported, words),
        *ending(answer, words),
        *said(answer, place),
        *(part for found in answer.disagreements for part in disagreement(found, place)),
        *(part for found in answer.series for part in series(found, place)),
        *remarks(answer, words),
        *sources(exported, place),
    ]


def asked(exported: Exported, words: Wording) -> Iterator[Flowable]:
    """Say when a question was asked."""
    if exported.asked_at:
        yield paragraph(drawn(words.say("file.asked", date=f"{exported.asked_at:%Y-%m-%d %H:%M %Z}")), "quiet")


def ending(answer: Answer, words: Wording) -> Iterator[Flowable]:
    """Say how a turn ended that did not end with an answer."""
    if answer.status in ENDINGS:
        ends = words.say(ENDINGS[answer.status])
        reason = retold(answer.reason, words)
        yield paragraph(f"{drawn(ends, BOLD)} {drawn(reason)}", "boxed", said=reason)


def said(answer: Answer, place: Place) -> Iterator[Flowable]:
    """Write the sentences in blocks, and below each block what code computed for it."""
    for kind, group in grouped(TurnState.of(answer)):
        yield from block(kind, group, place)
        for sentence in group:
            if sentence.calculation:
                yield from calculation(sentence.calculation, place)


def block(kind: str, group: Sequence[Sentence], place: Place) -> Iterator[Flowable]:
    """Write one block: a paragraph, a quotation, a list or a table."""
    if kind == "table":
        yield from written_table(table_rows(group), place)
    elif kind == "list":
        is_numbered = all(sentence.text.lstrip()[:1].isdigit() for sentence in group)
        for number, one in enumerate(group, 1):
            item = ITEM.sub("", one.text, 1)
            bullet = f"{number}." if is_numbered else "\u2022"
            yield paragraph(sentence_markup(one, item, place), "item", said=item, bullet=bullet)
    else:
        whole = " ".join(sentence.text for sentence in group)
        markup = " ".join(sentence_markup(sentence, sentence.text, place) for sentence in group)
        yield paragraph(markup, "quotation" if kind == "quotation" else "body", said=whole)


def sentence_markup(sentence: Sentence, text: str, place: Place) -> str:
    """Write one sentence with its numbers, and its verdict where that is not the best."""
    doubt = ""
    if sentence.verdict is not Verdict.SUPPORTED:
        verdict = f"({SIGNS[sentence.verdict]} {place.words.say(f'verdict.{sentence.verdict}')})"
        doubt = f' <font color="{QUIET}">{drawn(verdict)}</font>'
    return prose(text) + place.marks(sentence.citations) + doubt


def prose(text: str) -> str:
    """Write what the model wrote, `code` and **strong** in faces of their own."""
    return "".join(drawn_lines(piece, FACES[tag]) for tag, piece in inline(text) if piece)


def written_table(rows: Sequence[Row], place: Place) -> Iterator[Flowable]:
    """Write a table of the model; one that is too wide for paper goes line by line."""
    if not rows:
        return
    if max(len(row.cells) for row in rows) > MOST_COLUMNS:
        for row in rows:
            line = " | ".join(row.cells)
            yield paragraph(prose(line) + place.marks(row.citations), "cell", said=line)
        return
    heads = sum(row.is_head for row in rows)
    leftward = runs_leftward(" ".join(rows[0].cells))
    yield table([cells_of(row, place) for row in rows], heads=heads, leftward=leftward)


def cells_of(row: Row, place: Place) -> list[Flowable]:
    """Write the cells of a row; its citations stand in the last."""
    *cells, last = [drawn(cell, BOLD) if row.is_head else prose(cell) for cell in row.cells]
    written = [*cells, last + place.marks(row.citations)]
    return [paragraph(markup, "cell", said=cell) for markup, cell in zip(written, row.cells, strict=True)]


def plain_table(heads: Sequence[str], rows: Iterable[Sequence[str]], words: Wording) -> Flowable:
    """Write a table of our own; its cells are safe already."""
    first = [paragraph(drawn(words.say(head), BOLD), "cell") for head in heads]
    return table([first, *([paragraph(cell, "cell") for cell in row] for row in rows)], heads=1)


def calculation(found: Calculation, place: Place) -> Iterator[Flowable]:
    """Write a computed value with its formula and where each value in it comes from."""
    words = place.words
    yield paragraph(f"{drawn(words.say('computed.title'), BOLD)} {drawn(found.formula, MONO)}", "boxed")
    rows = [
        (
            drawn(one.name),
            drawn(f"{words.number(one.value)} {one.unit}") + place.marks((one.citation,)),
            drawn(f"{one.at:%Y-%m-%d}" if one.at else ""),
        )
        for one in found.operands
    ]
    if rows:
        yield plain_table(("computed.name", "computed.value", "computed.at"), rows, words)


def disagreement(found: Disagreement, place: Place) -> Iterator[Flowable]:
    """Write every side of a disagreement with its sources."""
    words = place.words
    yield paragraph(drawn(words.say("disagree.title", about=found.about), BOLD), "boxed", said=found.about)
    for side in found.values:
        tags = [words.say("disagree.newest")] if side.is_newest else []
        tags += [words.say("disagree.majority")] if side.is_majority else []
        tags += [f"{side.published:%Y-%m-%d}"] if side.published else []
        told = f"{side.value} ({', '.join(tags)})" if tags else side.value
        yield paragraph(drawn(told) + place.marks(side.citations), "item", said=side.value, bullet="\u2022")


def series(found: Series, place: Place) -> Iterator[Flowable]:
    """Write the values of a series as a table: on the page there is a plot."""
    yield paragraph(drawn(found.name, BOLD) + place.marks((found.citation,)), "head", said=found.name)
    rows = [
        (drawn(f"{point.at:%Y-%m-%d}"), drawn(f"{place.words.number(point.value)} {found.unit}"))
        for point in found.points[-MOST_ROWS:]
    ]
    yield plain_table(("series.at", "series.value"), rows, place.words)


def remarks(answer: Answer, words: Wording) -> Iterator[Flowable]:
    """Say what to beware of, what is missing, how new an answer is, and who wrote it."""
    for key, lines in (("warnings.title", answer.warnings), ("gaps.title", answer.gaps)):
        if lines:
            yield paragraph(drawn(words.say(key), BOLD), "head")
        for line in lines:
            told = retold(line, words)
            yield paragraph(drawn(told), "item", said=told, bullet="\u2022")
    foot = [words.say("as-of", date=f"{answer.as_of:%Y-%m-%d}")] if answer.as_of and answer.sentences else []
    foot += [author(answer, words)] if answer.sentences else []
    if told := " · ".join(filter(None, foot)):
        yield paragraph(drawn(told), "quiet", said=told)


def sources(exported: Exported, place: Place) -> Iterator[Flowable]:
    """List every source: number, title, site, address, when it was published and retrieved, and its quotation."""
    answer = exported.answer
    if not answer.citations:
        return
    read = {page.url: page for page in answer.pages}
    yield CondPageBreak(ROOM)
    yield paragraph(drawn(place.words.say("sources.title"), BOLD), "head")
    for citation in answer.citations:
        yield from source(citation, retrieved_at(exported, read.get(citation.url)), place)


def source(citation: Citation, at: datetime | None, place: Place) -> Iterator[Flowable]:
    """Write one source; only an address of the web is a link."""
    words, site = place.words, site_of(citation.url)
    title = citation.title or site
    anchor = f'<a name="{place.anchor(citation.number)}"/>'
    number = drawn(f"[{citation.number}]", BOLD) + " "
    yield paragraph(anchor + number + linked(citation, drawn(title, BOLD)), "source", said=title)
    about = [site] if citation.title else []
    about += [words.say("file.published", date=f"{citation.published:%Y-%m-%d}")] if citation.published else []
    about += [words.say("file.retrieved", date=f"{at:%Y-%m-%d}")] if at else []
    if about:
        yield paragraph(drawn(", ".join(about)), "about")
    if is_web(citation.url):
        yield paragraph(linked(citation, drawn(citation.url)), "about")
    yield paragraph(drawn(f"\u201c{citation.quote.strip()}\u201d"), "quote", said=citation.quote)


def linked(citation: Citation, markup: str) -> str:
    """Link words to the quotation in its page."""
    if not is_web(citation.url):
        return markup
    address = quote_link(citation.url, citation.quote)
    return f'<a href="{attribute(address)}" color="{LINK}">{markup}</a>'


def attribute(address: str) -> str:
    """Write an address so that it ends where its attribute does."""
    return address.replace("&", "&amp;").replace('"', "%22").replace("'", "%27").replace("<", "%3C").replace(">", "%3E")


def retrieved_at(exported: Exported, page: PageReport | None) -> datetime | None:
    """Tell when a page was read: for the question, or before it where it came from the cache."""
    if exported.asked_at is None or page is None:
        return None
    return exported.asked_at - timedelta(seconds=page.age_s or 0.0)
