import pytest

from assistant.writing.answering import lacking


@pytest.mark.parametrize(
    ("question", "said", "lacks"),
    [
        ("How many people live in Belmar?", "Belmar is a town on the river.", "no figure"),
        ("When was the mill of Belmar built?", "The mill stands on the river.", "no date"),
        ("Wie viele Menschen leben in Belmar?", "Belmar liegt am Fluss.", "no figure"),
        ("Quand le moulin a-t-il été construit ?", "Le moulin est au bord de la rivière.", "no date"),
        ("How many people lived in Belmar in 1950?", "In 1950 Belmar was at its largest.", "no figure"),
    ],
)
def test_an_answer_of_another_kind_lacks_what_was_asked(question: str, said: str, lacks: str) -> None:
    assert lacking(question, said) == lacks


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many people live in Belmar?", "Belmar has 3,559 inhabitants."),
        ("How many mills are there?", "There are two mills."),
        ("How long does it take?", "It takes several weeks."),
        ("When was the mill of Belmar built?", "It was built in 1856."),
        ("When does the mill open?", "It opens on Monday mornings."),
        ("When should I prune an apple tree?", "Prune it in late winter."),
        ("Why was the mill built?", "The people wanted flour."),
    ],
)
def test_an_answer_of_the_kind_that_was_asked_lacks_nothing(question: str, said: str) -> None:
    assert lacking(question, said) == ""
