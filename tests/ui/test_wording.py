"""Every language says the same things."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import ui
from ui.wording import languages, wording_for

PACKAGE = Path(ui.__file__).parent
CATALOGUES = {name: json.loads((PACKAGE / "locales" / f"{name}.json").read_text()) for name in languages()}
ENGLISH = CATALOGUES["en"]
BLANK = re.compile(r"\{(\w+)\}")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_there_is_english_and_french() -> None:
    assert languages() >= {"en", "fr"}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_no_key_is_given_twice_for_the_second_would_hide_the_first(language: str) -> None:
    given: list[str] = []
    source = (PACKAGE / "locales" / f"{language}.json").read_text()
    json.loads(source, object_pairs_hook=lambda pairs: given.extend(key for key, _ in pairs))
    assert len(given) == len(set(given))


@pytest.mark.parametrize("language", sorted(set(CATALOGUES) - {"en"}))
def test_a_catalogue_says_everything_but_the_name_with_the_same_blanks(language: str) -> None:
    other = CATALOGUES[language]
    assert set(ENGLISH) - set(other) <= {"name"}
    assert set(other) <= set(ENGLISH)
    for key, text in other.items():
        assert type(text) is type(ENGLISH[key]), key
        assert set(BLANK.findall(str(text))) == set(BLANK.findall(str(ENGLISH[key]))), key


def test_the_page_says_only_what_the_catalogue_holds_and_all_of_it() -> None:
    source = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    for key in ENGLISH:
        stem = key.rsplit(".", 1)[0]
        said = re.search(rf"""["']{re.escape(key)}["']""", source) or f'f"{stem}.{{' in source
        assert said, f"{key} is never said"


def test_the_example_that_every_machine_can_answer_comes_first_in_every_language() -> None:
    assert {catalogue["examples"][0] for catalogue in CATALOGUES.values()} == {"How do I add a retriever?"}


@pytest.mark.parametrize(
    ("locale", "language"), [("fr-CA", "fr"), ("FR", "fr"), ("xx", "en"), (None, "en"), ("", "en")]
)
def test_the_browser_chooses_the_language(locale: str | None, language: str) -> None:
    assert wording_for(locale).language == language


@pytest.mark.parametrize(
    ("locale", "day", "said"),
    [
        ("en", date(2026, 10, 16), "16 Oct 2026"),
        ("fr", date(2026, 10, 16), "16 oct. 2026"),
        ("en", date(2026, 1, 1), "1 Jan 2026"),
        ("fr", date(2026, 1, 1), "1er janv. 2026"),
    ],
)
def test_a_date_is_written_as_the_language_does(locale: str, day: date, said: str) -> None:
    assert wording_for(locale).dated(day) == said


def test_a_language_goes_by_its_name_where_the_catalogue_has_one() -> None:
    assert wording_for("fr").language_name("en") == "Anglais"
    assert wording_for("fr").language_name("xx") == "xx"


def test_numbers_follow_the_language() -> None:
    assert wording_for("en").seconds(3.42) == "3.4 s"
    assert wording_for("fr").seconds(3.42) == "3,4 s"
    assert wording_for("fr").seconds(59.96) == "60,0 s"
    assert wording_for("en").seconds(94.6) == "1\u00a0min 35\u00a0s"
    assert wording_for("en").whole_seconds(31.0) == "31\u00a0s"
    assert wording_for("en").count("status.sources", 0) == "0 sources"
    assert wording_for("fr").count("status.pages", 0) == "0 page lue"
    assert wording_for("fr").count("status.pages", 2) == "2 pages lues"


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=5), "just now"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=70), "2 months ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(days=-2), "just now"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(ago: timedelta, said: str) -> None:
    assert wording_for("en").age(NOW - ago, NOW) == said


@pytest.mark.parametrize(("days", "said"), [(0, "Today"), (1, "Yesterday"), (3, "Last seven days"), (9, "Earlier")])
def test_chats_are_grouped_by_day(days: int, said: str) -> None:
    today = date(2026, 11, 24)
    assert wording_for("en").day(today - timedelta(days=days), today) == said
