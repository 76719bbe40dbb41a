import pytest

from assistant.writing.polarity import agrees, clauses


def agree(claim: str, source: str, language: str = "en") -> bool:
    return agrees(clauses(claim, language), clauses(source, language))


SOURCE = "Plain VACUUM reclaims space, but it does not return the space to the operating system."


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("VACUUM does not return the space to the operating system.", True),
        ("VACUUM returns the space to the operating system.", False),
        ("Plain VACUUM reclaims space.", True),
        ("Plain VACUUM does not reclaim space.", False),
        ("Plain VACUUM reclaims space but does not return it to the operating system.", True),
    ],
)
def test_a_negation_reaches_no_further_than_its_clause(claim: str, *, expected: bool) -> None:
    assert agree(claim, SOURCE) is expected


@pytest.mark.parametrize(
    ("claim", "source", "language"),
    [
        ("Le pare-feu est activé.", "Le pare-feu n'est pas activé.", "fr"),
        ("Die Firewall ist aktiv.", "Die Firewall ist nicht aktiv.", "de"),
        ("El cortafuegos está activo.", "El cortafuegos no está activo.", "es"),
    ],
)
def test_other_languages_deny_as_well(claim: str, source: str, language: str) -> None:
    assert not agree(claim, source, language)
    assert agree(source, source, language)


def test_a_long_clause_that_denies_something_else_is_no_contradiction() -> None:
    source = (
        "Belmar leaders answer the critics of the water plan and figures of the model were not given to anyone there"
    )
    assert agree("Belmar needs water.", source)


def test_a_source_that_denies_nothing_does_not_support_a_denial() -> None:
    assert not agree("Belmar does not need water.", "Belmar leaders answer the critics of the water plan.")


def test_the_french_only_is_no_negation() -> None:
    assert agree("Le système ouvre deux ports.", "Le système n'ouvre que deux ports.", "fr")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Exports of Belmar rose in 2019.", True),
        ("Exports of Belmar fell in 2020.", True),
        ("Exports of Belmar fell in 2019.", False),
        ("Exports of Belmar rose in 2020.", False),
    ],
)
def test_a_direction_is_that_of_its_own_clause(claim: str, *, expected: bool) -> None:
    assert agree(claim, "Exports of Belmar rose in 2019, but exports of Belmar fell in 2020.") is expected
