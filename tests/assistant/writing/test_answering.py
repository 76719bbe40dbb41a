import pytest

from assistant.writing.answering import lacking, lacking_in_quotations


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


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("Quand Debian a-t-il été fondé ?", ["La version 12 de Debian, parue en 2023, est sous licence libre."]),
        ("When was the mill of Belmar built?", ["The mill of Belmar grinds oats on a spring day."]),
        ("When was Ada Brunn born?", ["Ada Brunn opened a mill in 1911."]),
        ("Wann wurde Belmar gegründet?", ["Belmar hatte 1950 sehr viele Einwohner.", "Belmar wurde gegründet."]),
    ],
)
def test_quotations_without_the_date_of_what_happened_lack_it(question: str, quotes: list[str]) -> None:
    assert lacking_in_quotations(question, quotes) == "no date"


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("Quand Debian a-t-il été fondé ?", ["Debian est libre.", "Le projet Debian a été créé en août 1993."]),
        ("When was Belmar founded?", ["The town was established in 1790 by two millers."]),
        ("When was Ada Brunn born?", ["Ada Brunn (4 May 1880 \u2013 1951) was a miller."]),
        ("When does the mill open?", ["The mill opens on Monday mornings."]),
        ("When was the fort of Ostrel built?", ["The fort was founded in 1867 by a miller."]),
        ("Que faire quand le moulin brûle ?", ["Il faut appeler les pompiers."]),
        ("¿Cómo se llama cuando un molino se quema?", ["Se llama incendio."]),
        ("When should I prune an apple tree?", ["Prune it in late winter."]),
    ],
)
def test_quotations_that_date_what_happened_lack_nothing(question: str, quotes: list[str]) -> None:
    assert lacking_in_quotations(question, quotes) == ""
