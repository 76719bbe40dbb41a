import pytest

from assistant.writing.naming import Lexicon, code_names, named_things


def test_names_that_follow_one_another_name_one_thing() -> None:
    question = "Has Acme Motor Corporation or the town of Belmar sued Tarsk-Ostrel?"
    assert named_things(question, "en") == [("acme", "motor", "corporation"), ("belmar",), ("tarsk", "ostrel")]


def test_words_that_every_page_may_leave_out_name_nothing() -> None:
    assert named_things("Who is the President of the United States on Monday?", "en") == []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Quelle commande SQLite vérifie une base ?", ["sqlite"]),
        ("What Does PostgreSQL Cost On An iPhone?", ["postgresql", "iphone"]),
        ("Are GMOs allowed by the EPA, and is vitamin B12 or mRNA in SO2?", []),
        ("Who won the Tarsk regatta?", []),
    ],
)
def test_names_in_mixed_case_are_spelt_alike_in_every_language(question: str, names: list[str]) -> None:
    assert code_names(question) == names


def test_an_acronym_in_the_plural_is_known_by_its_singular() -> None:
    lexicon = Lexicon(texts=["A GMO grows here."], language="en")
    assert lexicon.knows("gmos", "Are GMOs safe?")
    assert not lexicon.knows("gaos", "Are GAOs safe?")
