import threading
from collections.abc import Sequence

import numpy as np
import pytest

from assistant.searching.likeness import EXAMPLES, Likeness


class Encoder:
    """Places each example in a direction of its own, and a question as near to one as it is told to."""

    def __init__(self) -> None:
        self.axes = {text: place for place, text in enumerate(t for texts in EXAMPLES.values() for t in texts)}
        self.gate: threading.Event | None = None

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        if self.gate:
            self.gate.wait()
        if "broken" in texts:
            message = "no weights"
            raise RuntimeError(message)
        rows = np.zeros((len(texts), len(self.axes) + 1))
        for row, text in zip(rows, texts, strict=True):
            example, _, near = text.partition(" ~ ")
            row[self.axes[example]] = float(near or 1)
            row[-1] = (1 - float(near or 1) ** 2) ** 0.5
        return rows


class Crowded(Encoder):
    """Places all texts near one another, as some models do."""

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.hstack([super().__call__(texts), np.full((len(texts), 1), 2.0)])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


CODE = EXAMPLES["code"][0]


async def warmed(encoder: Encoder, **options: object) -> Likeness:
    likeness = Likeness(encoder, **options)
    await likeness.warm()
    return likeness


async def test_a_question_is_of_the_kind_of_the_example_that_it_is_like(encoder: Encoder) -> None:
    assert await (await warmed(encoder)).kinds(f"{CODE} ~ 0.7", "en") == ("code",)


async def test_a_weak_likeness_and_likeness_to_a_plain_question_tell_nothing(encoder: Encoder) -> None:
    likeness = await warmed(encoder)
    assert await likeness.kinds(f"{CODE} ~ 0.1", "en") == ()
    assert await likeness.kinds(EXAMPLES["web"][0], "en") == ()


async def test_a_model_to_which_all_texts_are_alike_tells_kinds_by_the_difference() -> None:
    likeness = await warmed(Crowded())
    assert await likeness.kinds(f"{CODE} ~ 0.7", "en") == ("code",)
    assert await likeness.kinds(f"{CODE} ~ 0.1", "en") == ()


async def test_a_language_that_the_encoder_does_not_know_is_not_guessed(encoder: Encoder) -> None:
    likeness = await warmed(encoder, languages=("en",))
    assert await likeness.kinds(CODE, "fr") == ()
    assert await likeness.kinds(CODE, "en") == ("code",)


async def test_before_it_is_warm_nothing_is_told_and_nothing_embedded(encoder: Encoder) -> None:
    encoder.gate = threading.Event()
    assert await Likeness(encoder).kinds(CODE, "en") == ()


async def test_a_slow_encoder_is_not_waited_for(encoder: Encoder) -> None:
    likeness = await warmed(encoder, deadline_s=0.01)
    encoder.gate = threading.Event()
    try:
        assert await likeness.kinds(CODE, "en") == ()
    finally:
        encoder.gate.set()


async def test_an_encoder_that_fails_stops_no_question(encoder: Encoder) -> None:
    assert await (await warmed(encoder)).kinds("broken", "en") == ()
