import pytest

from assistant.writing.swapping import is_swapped

SOURCE = "Illinois Route 97 passes through the town, leading north to Galesburg and south to Havana."


@pytest.mark.parametrize(
    "claim",
    [
        SOURCE.replace("Galesburg", "Peoria"),
        SOURCE.replace("Galesburg", "Havana"),
        SOURCE.replace("97", "98"),
        SOURCE.replace("north", "south"),
    ],
    ids=["name", "name that stands elsewhere", "number", "opposite"],
)
def test_another_name_number_or_direction_in_its_place_is_seen(claim: str) -> None:
    assert is_swapped(claim, SOURCE)


@pytest.mark.parametrize(
    "claim",
    [
        SOURCE,
        "Route 97 leads north to Galesburg.",
        "Havana lies south on Illinois Route 97.",
        SOURCE.replace("passes through the town", "goes through it"),
        "Penguins of Galesburg sleep.",
    ],
    ids=["itself", "part", "turned round", "reworded", "something else"],
)
def test_other_wording_is_no_swap(claim: str) -> None:
    assert not is_swapped(claim, SOURCE)


def test_figures_known_to_be_stated_otherwise_are_no_swap() -> None:
    assert is_swapped("The trail is 3 km long.", "The trail is 3000 m long.")
    assert not is_swapped("The trail is 3 km long.", "The trail is 3000 m long.", frozenset({"3"}))
