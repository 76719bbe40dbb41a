from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.evidence import Profile
from assistant.settings import load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_are_enough() -> None:
    settings = load_settings()
    assert settings.profile is Profile.BALANCED
    assert settings.models_dir == settings.data_dir / "models"


def test_arguments_win_over_environment_and_environment_over_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "footnote.toml").write_text('language = "de"\nmodel = "file"\nprofile = "speed"\n', encoding="utf-8")
    monkeypatch.setenv("FOOTNOTE_MODEL", "environment")
    monkeypatch.setenv("FOOTNOTE_PROFILE", "thorough")
    settings = load_settings(profile="balanced")
    assert (settings.language, settings.model, settings.profile) == ("de", "environment", Profile.BALANCED)


def test_lists_are_read_from_the_environment_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_RETRIEVERS", "wikipedia, folder")
    monkeypatch.setenv("FOOTNOTE_FOLDERS", "/a,/b")
    settings = load_settings()
    assert settings.retrievers == ("wikipedia", "folder")
    assert settings.folders == (Path("/a"), Path("/b"))


def test_an_unknown_name_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_SEARXNG", "http://127.0.0.1:8080")
    with pytest.raises(SettingsInvalid, match=r"FOOTNOTE_SEARXNG: no such setting.*FOOTNOTE_SEARXNG_URL"):
        load_settings()


def test_an_unknown_name_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('serxng_url = "http://127.0.0.1"\n', encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="serxng_url"):
        load_settings()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text("profile = \n", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"footnote\.toml.*mend the file"):
        load_settings()


def test_a_wrong_value_is_named_with_the_way_to_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PROFILE", "hurried")
    with pytest.raises(SettingsInvalid, match=r"profile = 'hurried'.*FOOTNOTE_PROFILE"):
        load_settings()


def test_a_key_is_not_printed() -> None:
    settings = load_settings(model_key="sesame")
    assert "sesame" not in repr(settings)


def test_the_authorities_are_those_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/somewhere/bundle.pem")
    assert load_settings().trusted_authorities == Path("/somewhere/bundle.pem")
    assert load_settings(ca_bundle=Path("/mine.pem")).trusted_authorities == Path("/mine.pem")
