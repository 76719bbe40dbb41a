"""Sources that the user wants left alone: for one question, or for all to come.

Knows when leaving out leaves nobody to ask. Leaves choosing among the rest to `routing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from retrievers import Retriever

__all__ = ["gap_of", "kept"]

REMEDY = "switch one on again on the Sources page, or leave out fewer (--without)"


def kept(sources: Sequence[Retriever], options: QuestionOptions, *, has_pages: bool) -> list[Retriever]:
    """Return the sources that may be asked; `has_pages` is whether pages are given, so that nobody need be.

    Raises `QuestionInvalid` for a source that is both asked for and left out, and where everybody is left out whom the
    question could go to.
    """
    without = set(options.without_sources)
    if contradicted := [name for name in options.sources if name in without]:
        message = f"{contradicted[0]}: is asked for and left out; switch it on again, or do not name it"
        raise QuestionInvalid(message)
    of_focus = [source for source in sources if not options.focus or source.focus in options.focus]
    if of_focus and not options.sources and all(source.name in without for source in of_focus):
        if options.focus:
            kinds = ", ".join(options.focus)
            message = f"{kinds}: every source of this focus is left out ({named(of_focus)}); {REMEDY}"
            raise QuestionInvalid(message)
        if not has_pages:
            message = f"every source is left out ({named(of_focus)}); {REMEDY}"
            raise QuestionInvalid(message)
    return [source for source in sources if source.name not in without]


def gap_of(sources: Sequence[Retriever], options: QuestionOptions) -> tuple[str, ...]:
    """Say that nobody searches the general web because the user left out whoever does; nothing where somebody does."""
    general = [source for source in sources if source.focus == "web"]
    is_chosen = options.sources or options.focus
    if is_chosen or not general or any(source.name not in options.without_sources for source in general):
        return ()
    return (f"the general web was not searched: its sources are left out as you chose ({named(general)})",)


def named(sources: Iterable[Retriever]) -> str:
    """List names."""
    return ", ".join(source.name for source in sources)
