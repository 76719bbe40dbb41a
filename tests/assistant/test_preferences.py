"""What a user chose stays chosen, whatever happens to its file."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import PreferencesUnavailable
from assistant.evidence import Profile
from assistant.preferences import Preferences, PreferencesFile, preferences_file

CHOSEN = Preferences(
    profile=Profile.THOROUGH,
    answer_language="fr",
    interface_language="en",
    model="none",
    private_by_default=True,
    without_sources=("reddit", "ddgs"),
)


def test_where_nothing_was_chosen_there_are_the_defaults_and_nothing_to_say(tmp_path: Path) -> None:
    kept = preferences_file(tmp_path)
    assert kept.read() == Preferences()
    assert not kept.notice
    assert not list(tmp_path.iterdir())


def test_what_was_written_is_read_again_by_another_process(tmp_path: Path) -> None:
    preferences_file(tmp_path).write(CHOSEN)
    again = preferences_file(tmp_path)
    assert again.read() == CHOSEN
    assert not again.notice


def test_users_are_apart_and_no_name_of_theirs_stands_in_a_path(tmp_path: Path) -> None:
    owner = "https://login.example/../../etc 7"
    preferences_file(tmp_path, owner).write(CHOSEN)
    assert preferences_file(tmp_path).read() == Preferences()
    assert preferences_file(tmp_path, "another").read() == Preferences()
    assert preferences_file(tmp_path, owner).read() == CHOSEN
    (written,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert written.parent == tmp_path / "preferences"
    assert len(written.stem) == 64


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("{", "JSON"),
        ("", "JSON"),
        ("[]", "object"),
        ('{"profile": "turbo"}', "profile"),
        ('{"private_by_default": "no"}', "private_by_default"),
        ('{"without_sources": "reddit"}', "without_sources"),
        ('{"without_sources": [1]}', "without_sources"),
    ],
)
def test_a_file_that_is_wrong_gives_the_defaults_and_says_what_is_wrong(tmp_path: Path, text: str, about: str) -> None:
    path = tmp_path / "local.json"
    path.write_text(text)
    kept = PreferencesFile(path)
    assert kept.read() == Preferences()
    assert about.lower() in kept.notice.lower()
    assert str(path) in kept.notice
    assert "\n" not in kept.notice


def test_a_file_of_another_kind_is_told_and_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    path.write_bytes(b'{"model": "' + b"x" * 1_000_000 + b'"}')
    kept = PreferencesFile(path)
    assert kept.read() == Preferences()
    assert kept.notice


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    kept = PreferencesFile(tmp_path)
    assert kept.read() == Preferences()
    assert "Is a directory" in kept.notice


def test_choosing_again_mends_a_wrong_file(tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    path.write_text("{")
    kept = PreferencesFile(path)
    kept.read()
    kept.write(CHOSEN)
    assert kept.read() == CHOSEN
    assert not kept.notice


def test_what_a_newer_version_added_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    path.write_text(json.dumps({"model": "none", "colour": "blue"}))
    kept = PreferencesFile(path)
    assert kept.read() == Preferences(model="none")
    assert not kept.notice


def test_a_write_that_fails_leaves_the_old_choice_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "local.json"
    path.mkdir()
    (path / "inside").touch()
    with pytest.raises(PreferencesUnavailable, match=r"local\.json.*cannot be kept"):
        PreferencesFile(path).write(CHOSEN)
    assert [one.name for one in tmp_path.iterdir()] == ["local.json"]


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "preferences").touch()
    with pytest.raises(PreferencesUnavailable, match="preferences"):
        preferences_file(tmp_path).write(CHOSEN)


def test_choices_made_at_once_in_many_tabs_are_all_kept(tmp_path: Path) -> None:
    names = [f"source_{number}" for number in range(20)]

    def leave_out(name: str) -> None:
        preferences_file(tmp_path).change(lambda known: replace(known, without_sources=(*known.without_sources, name)))

    tabs = [threading.Thread(target=leave_out, args=(name,)) for name in names]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(preferences_file(tmp_path).read().without_sources) == sorted(names)
