"""Headings are told from other short lines, and what stands under which."""

from __future__ import annotations

import pytest

from assistant.language.sentences import block_spans
from assistant.ranking.headings import Outline, headings

PROSE = "This is a sentence of prose that says something."


def found(text: str) -> list[str]:
    blocks = block_spans(text)
    return [text[start:end] for (start, end), is_one in zip(blocks, headings(text, blocks), strict=True) if is_one]


def test_a_short_line_before_prose_is_a_heading() -> None:
    assert found(f"Install\n\n{PROSE}\n\nHow to use it?\n\n{PROSE}") == ["Install", "How to use it?"]


def test_two_headings_may_follow_one_another() -> None:
    assert found(f"Guide\n\nInstall\n\n{PROSE}") == ["Guide", "Install"]


def test_more_short_lines_in_a_row_are_a_list_whose_last_is_taken_for_a_heading() -> None:
    assert found(f"Home\n\nNews\n\nSport\n\nWeather\n\n{PROSE}") == ["Weather"]


@pytest.mark.parametrize(
    "line", ["install it", "Say this:", "Item and,", "Town | 4000", "- Item", "If (x) {", "It rains.", "Word " * 15]
)
def test_other_lines_are_none(line: str) -> None:
    assert found(f"{line.strip()}\n\n{PROSE}") == []


def test_the_last_item_of_a_list_is_none() -> None:
    assert found(f"One thing\nAnother thing\nA last thing\n\n{PROSE}") == []


def test_the_last_line_of_a_page_heads_nothing() -> None:
    assert found(f"{PROSE}\n\nRead more") == []


def test_numbers_and_marks_tell_how_deep_a_heading_stands() -> None:
    outline = Outline()
    for heading in ("# Manual", "## Install", "### Linux", "## Use"):
        outline.enter(heading, is_below=False)
    assert outline.path == "Manual › Use"  # noqa: RUF001 - the sign of a path


def test_a_heading_directly_below_another_stands_under_it_and_the_next_beside() -> None:
    outline = Outline()
    outline.enter("Guide", is_below=False)
    outline.enter("Install", is_below=True)
    assert outline.path == "Guide › Install"  # noqa: RUF001 - the sign of a path
    outline.enter("Use", is_below=False)
    assert outline.path == "Use"
