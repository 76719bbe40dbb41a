import pytest

from assistant.language.words import content_stems
from assistant.writing.bearing import Said, asked_of, signs, worth


def weighed(question: str, text: str, language: str = "en") -> float:
    asked = asked_of(question, language)
    return worth(asked, Said(text=text, stems=tuple(content_stems(text, language))), dict.fromkeys(asked.stems, 1.0))


@pytest.mark.parametrize(
    ("question", "bearing", "beside"),
    [
        ("How many bridges has Ostrel?", "Ostrel has 14 bridges of stone.", "Ostrel has old bridges of stone."),
        ("How many bridges has Ostrel?", "Ostrel has 14 bridges of stone.", "Ostrel has bridges of 14 kinds."),
        ("When did Ostrel burn?", "Ostrel burnt to the ground in 1834.", "Ostrel burnt to the ground at once."),
        (
            "Who built the mill?",
            "The mill was built with care by Ada Brunn.",
            "The mill was built with care by one man.",
        ),
        ("Where does Ada work?", "Ada works with her sister in Ostrel.", "Ada works with her sister in summer."),
        ("Why did the mill close?", "The mill closed because trade fell.", "The mill closed and trade fell."),
    ],
)
def test_a_sentence_with_the_kind_of_answer_that_is_wanted_weighs_more(
    question: str, bearing: str, beside: str
) -> None:
    assert weighed(question, bearing) > weighed(question, beside)


def test_kinds_of_answers_are_known_in_french_too() -> None:
    question = "Combien de ponts compte Ostrel ?"
    assert weighed(question, "Ostrel compte 14 ponts.", "fr") > weighed(question, "Ostrel compte ses ponts.", "fr")
    where = "Où se trouve le moulin ?"
    assert weighed(where, "Le moulin se trouve à Ostrel.", "fr") > weighed(where, "Le moulin se trouve là-bas.", "fr")


def test_a_sentence_after_one_that_names_the_subject_bears_more_than_the_same_elsewhere() -> None:
    asked = asked_of("How old is the Ostrel mill?", "en")
    text = "It is 300 years old."
    said = Said(text=text, stems=tuple(content_stems(text, "en")))
    follows = Said(text=text, stems=said.stems, before=frozenset(content_stems("The Ostrel mill stands.", "en")))
    rarity = dict.fromkeys(asked.stems, 1.0)
    assert worth(asked, follows, rarity) > worth(asked, said, rarity)


def test_a_kind_that_is_not_wanted_is_no_sign() -> None:
    found = signs(asked_of("Why is the sky blue?", "en"), Said(text="In 1834 Ada said so.", stems=()), {})
    assert not any(found.get(sign) for sign in ("amount", "year", "person", "place"))


@pytest.mark.parametrize(
    ("question", "bearing", "beside", "language"),
    [
        ("What is a weir?", "A weir is a low dam across a stream.", "A weir may be seen across a stream.", "en"),
        ("Qu'est-ce qu'un moulin ?", "Un moulin est une machine à moudre.", "Un moulin, ça sert à moudre.", "fr"),
        ("Was ist ein Wehr?", "Ein Wehr ist eine niedrige Sperre.", "Ein Wehr sieht man an der Sperre.", "de"),
        ("When was Ada born?", "Ada (1880 to 1951) ran the mill.", "Ada ran the mill in 1880 and 1951.", "en"),
    ],
)
def test_what_defines_a_thing_or_dates_a_life_weighs_more_where_that_is_asked(
    question: str, bearing: str, beside: str, language: str
) -> None:
    assert weighed(question, bearing, language) > weighed(question, beside, language)


def test_a_heading_is_a_fragment_and_a_short_sentence_is_none() -> None:
    asked = asked_of("Who built the mill of Ostrel?", "en")
    for text, is_fragment in (
        ("The old mill of Ostrel town", True),
        ("10.3.2. Mills with weirs of Ostrel.", True),
        ("Ada Brunn built the old Ostrel mill.", False),
    ):
        said = Said(text=text, stems=tuple(content_stems(text, "en")))
        assert bool(signs(asked, said, dict.fromkeys(asked.stems, 1.0))["fragment"]) is is_fragment


def test_a_date_beside_what_happened_bears_more_than_another_date() -> None:
    asked = asked_of("When was Debian founded?", "en")
    told = (
        Said(text=text, stems=tuple(content_stems(text, "en")))
        for text in ("Debian was created in 1993 by a student.", "Debian was translated in 1998 by a student.")
    )
    rarity = dict.fromkeys(asked.stems, 1.0)
    founded, translated = (worth(asked, said, rarity) for said in told)
    assert founded > translated
