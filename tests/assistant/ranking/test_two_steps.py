"""The wording of a question tells whether it goes in two steps."""

from __future__ import annotations

import pytest

from assistant.ranking.two_steps import goes_in_two_steps


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "When was the bridge built in the town where Ada Thornbury died?"),
        ("en", "Who is the spouse of the author of The Marlow Papers?"),
        ("en", "Which region is Ada Thornbury's city of birth in?"),
        ("fr", "Où est né l\u2019ingénieur qui a conçu le viaduc de Kestrel ?"),
        ("fr", "Qui est l'époux de la reine du pays de Marlow ?"),
        ("es", "¿Dónde nació el ingeniero que diseñó el viaducto?"),
        ("it", "Dove nacque l'ingegnere che progettò il viadotto?"),
        ("de", "Wo wurde der Ingenieur, der das Viadukt entwarf, geboren?"),
    ],
)
def test_a_thing_that_is_only_described_must_be_found_out_first(language: str, question: str) -> None:
    assert goes_in_two_steps(question, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "How high is the Kestrel viaduct?"),
        ("en", "Who wrote The Marlow Papers?"),
        ("fr", "Qui a conçu le viaduc ?"),
        ("es", "¿Quién diseñó el viaducto?"),
        ("it", "Chi progettò il viadotto?"),
        ("de", "Wer entwarf das Viadukt?"),
        ("ja", "橋を設計した技師はどこで生まれましたか"),
        (None, "Where was the engineer who designed the viaduct born?"),
    ],
)
def test_a_thing_that_is_named_needs_one_step(language: str | None, question: str) -> None:
    assert not goes_in_two_steps(question, language)
