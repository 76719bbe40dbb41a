import pytest

from assistant.writing.declining import is_decline


@pytest.mark.parametrize(
    "words",
    [
        "The sources do not say.",
        "The price of a licence is not specified in the given text.",
        "Les sources ne le disent pas.",
        "Le fonti non lo dicono.",
        "As fontes não o dizem.",
        "De bronnen zeggen het niet.",
        "The provided sources do not explicitly mention the airspeed of Zorblax.",
        "The price is not mentioned in the sources.",
        "There is no information about Zorblax in the text.",
        "No source mentions it.",
        "I don't know.",
        "Les sources ne précisent pas la vitesse.",
        "Il n'y a pas d'information à ce sujet.",
        "Die Quellen enthalten keine Angaben dazu.",
        "Las fuentes no mencionan la velocidad.",
    ],
)
def test_other_ways_of_declining_are_understood(words: str) -> None:
    assert is_decline(words)


@pytest.mark.parametrize(
    "words",
    [
        "Plain VACUUM does not return space to the operating system.",
        "MongoDB documents do not have a fixed schema.",
        "Renewable energy sources do not contain carbon.",
        "VACUUM n'est pas nécessaire.",
        "Der Text wird nicht gelöscht.",
        "No hay límite.",
    ],
)
def test_a_statement_that_denies_something_is_no_refusal(words: str) -> None:
    assert not is_decline(words)
