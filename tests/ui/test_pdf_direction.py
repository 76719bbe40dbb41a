"""Text from right to left: the order in which a line is drawn, and the shapes of Arabic letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.pdf_direction import drawn_line, joined, runs_leftward, turns

LETTERS = 'ab \u05d0\u05d1\u05d2\u0633\u0644\u0627\u0645\u0661\u066b12.,:-+%$()[]"\u05b8'


def drawn(text: str, *, leftward: bool) -> str:
    return "".join(character for _, character in drawn_line(text, leftward=leftward))


@pytest.mark.parametrize(
    ("text", "leftward", "seen"),
    [
        ("abc 123", False, "abc 123"),
        ("\u05d0\u05d1\u05d2", True, "\u05d2\u05d1\u05d0"),
        ("car \u05d0\u05d1\u05d2 (x)", False, "car \u05d2\u05d1\u05d0 (x)"),
        ("\u05d0\u05d1 car 12", True, "car 12 \u05d1\u05d0"),
        ("\u05d0\u05d1 (\u05d2) [1]", True, "[1] (\u05d2) \u05d1\u05d0"),
        ("\u05d0 12, 13%", True, "13% ,12 \u05d0"),
        ("\u0633\u0644 1,234.5", True, "1,234.5 \u0644\u0633"),
        ("\u0633 \u0661\u0662.", True, ".\u0661\u0662 \u0633"),
        ("he said \u201c\u05d0\u05d1, \u05d2\u201d.", False, "he said \u201c\u05d2 ,\u05d1\u05d0\u201d."),
        ("\u05d1\u05b8\u05d0", True, "\u05d0\u05b8\u05d1"),
        ("\u05d0 << a", True, "a << \u05d0".replace("<<", ">>")),
    ],
)
def test_a_line_is_drawn_as_it_is_read(text: str, leftward: bool, seen: str) -> None:  # noqa: FBT001 - a column of the table
    assert drawn(text, leftward=leftward) == seen


@given(st.text(st.sampled_from(LETTERS), max_size=20), st.booleans())
def test_no_character_is_lost_and_what_runs_rightward_only_stays(text: str, leftward: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    places = [place for place, _ in drawn_line(text, leftward=leftward)]
    assert sorted(places) == list(range(len(text)))
    if not turns(text):
        assert drawn(text, leftward=False) == text


@pytest.mark.parametrize(
    ("text", "leftward"),
    [("\u05d0 a", True), ("a \u05d0", False), ("12. \u0633", True), ("123", False), ("", False)],
)
def test_the_first_letter_decides_how_a_text_runs(text: str, leftward: bool) -> None:  # noqa: FBT001 - a column of the table
    assert runs_leftward(text) is leftward


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("\u0628\u0628\u0628", "\ufe91\ufe92\ufe90"),
        ("\u062f\u0628", "\u062f\u0628"),
        ("\u0633\u0644\u0627\u0645", "\ufeb3\ufefc\u0645"),
        ("\u0644\u0627", "\ufefb"),
        ("\u0628\u064e\u0628", "\ufe91\u064e\ufe90"),
        ("\u0628\u200c\u0628", "\u0628\u0628"),
        ("\u0628\u200d", "\ufe91"),
        ("\u067e\u06cc\u0634", "\ufb58\ufbff\ufeb6"),
        ("abc \u05d0", "abc \u05d0"),
    ],
)
def test_arabic_letters_take_the_shape_that_their_neighbours_ask_for(text: str, shapes: str) -> None:
    assert joined(text) == shapes


@given(st.text(st.sampled_from("\u0628\u0627\u0644\u062f\u0633\u0645\u0629\u0640 a"), max_size=12))
def test_shapes_are_still_the_same_letters(text: str) -> None:
    assert unicodedata.normalize("NFKC", joined(text)) == text
