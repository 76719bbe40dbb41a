from collections.abc import Callable, Sequence

import numpy as np
import pytest

from assistant.errors import ModelUnavailable
from assistant.evidence import Passage, Verdict
from assistant.writing.foreign import Comparer, attribute_across

MakePassage = Callable[..., Passage]
PAGE = (
    "The tower in Paris was built by Gustave Eiffel and it was opened to the public in 1889. "
    "It was not planned to stay for more than twenty years, and many people were against it."
)
QUESTION = "Qui a construit la tour à Paris ?"
SAID = "Gustave Eiffel a fait bâtir puis inaugurer cet ouvrage devant une foule enthousiaste en 1889."


class Encoder:
    """Give every text the vector that its likeness to the first text of all asks for."""

    def __init__(self, likeness: float) -> None:
        self.likeness = likeness
        self.read: list[str] = []

    async def __call__(self, texts: Sequence[str]) -> np.ndarray:
        rows = []
        for text in texts:
            angle = 0.0 if not self.read else np.arccos(self.likeness)
            rows.append([np.cos(angle), np.sin(angle)])
            self.read.append(text)
        return np.array(rows)


async def verdict(sentence: str, page: Passage, likeness: float | None = None, language: str = "fr") -> Verdict | None:
    comparer = None if likeness is None else Comparer(vectors=Encoder(likeness))
    found = await attribute_across(sentence, QUESTION, {1: page}, language, comparer)
    return found.sentence.verdict if found else None


@pytest.mark.parametrize(("likeness", "expected"), [(0.95, Verdict.SUPPORTED), (0.885, Verdict.PARTLY), (0.8, None)])
async def test_meaning_decides_where_numbers_and_names_agree(
    likeness: float, expected: Verdict | None, passage: MakePassage
) -> None:
    assert await verdict(SAID, passage(PAGE), likeness) is expected


@pytest.mark.parametrize(
    "sentence",
    [
        SAID.replace("1889", "1890"),
        SAID.replace("Gustave Eiffel", "Anatole Dupont"),
        "Gustave Eiffel n'a pas inauguré cet ouvrage en 1889.",
    ],
    ids=["number", "name", "denied"],
)
async def test_likeness_does_not_excuse_another_number_name_or_denial(sentence: str, passage: MakePassage) -> None:
    assert await verdict(sentence, passage(PAGE), 0.99) is None


async def test_a_name_spelt_otherwise_leaves_it_partly_supported(passage: MakePassage) -> None:
    page = passage("Charles de Gaulle spoke to the French from London in 1940 and asked them to go on with the war.")
    said = "En 1940, Charles de Gaulle a parlé à la radio de Londres."
    assert await verdict(said, page, 0.99) is Verdict.PARTLY


async def test_the_reverse_direction_works_as_well(passage: MakePassage) -> None:
    page = passage("La tour de Paris a été construite par Gustave Eiffel et elle est ouverte au public depuis 1889.")
    said = "The tower was built by Gustave Eiffel and opened to the public in 1889."
    assert await verdict(said, page, 0.95, "en") is Verdict.SUPPORTED


async def test_without_vectors_numbers_and_names_support_partly(passage: MakePassage) -> None:
    assert await verdict(SAID, passage(PAGE)) is Verdict.PARTLY
    assert await verdict(SAID.replace("1889", "1890"), passage(PAGE)) is None
    assert await verdict("Cet ouvrage plaît à une foule enthousiaste.", passage(PAGE)) is None


async def test_an_encoder_that_fails_is_done_without(passage: MakePassage) -> None:
    async def failing(texts: Sequence[str]) -> np.ndarray:
        raise ModelUnavailable("the embedding model is not ready")

    found = await attribute_across(SAID, QUESTION, {1: passage(PAGE)}, "fr", Comparer(vectors=failing))
    assert found
    assert found.sentence.verdict is Verdict.PARTLY


async def test_pages_in_the_same_language_are_not_compared(passage: MakePassage) -> None:
    encoder = Encoder(0.99)
    page = passage("La tour de Paris a été construite par Gustave Eiffel et elle est ouverte au public depuis 1889.")
    assert await attribute_across(SAID, QUESTION, {1: page}, "fr", Comparer(vectors=encoder)) is None
    assert encoder.read == []


async def test_a_text_is_embedded_once_a_turn(passage: MakePassage) -> None:
    encoder = Encoder(0.95)
    comparer = Comparer(vectors=encoder)
    for _ in range(2):
        await attribute_across(SAID, QUESTION, {1: passage(PAGE)}, "fr", comparer)
    assert len(encoder.read) == len(set(encoder.read))
