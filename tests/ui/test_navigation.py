"""Pages are found under their names, and a click on a chat leads back from any of them."""

from __future__ import annotations

from ui.navigation import PLACES
from ui.wording import languages, wording_for


def test_every_page_has_a_name_in_every_language() -> None:
    for language in languages():
        assert all(wording_for(language).say(f"page.{place.name}") for place in PLACES)


def test_pages_have_different_addresses() -> None:
    assert len({place.name for place in PLACES}) == len(PLACES)
    assert PLACES[0].name == "chat"
