"""What all pages of one server share is made from the settings and from what the user of this machine chose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.preferences import preferences_file
from assistant.settings import NO_MODEL, Settings
from ui.resources import model_to_warm


def prefer(home: Path, model: str) -> Settings:
    preferences_file(home).change(lambda known: replace(known, model=model))
    return Settings(data_dir=home)


@pytest.mark.parametrize(("model", "warmed"), [(NO_MODEL, NO_MODEL), ("no/such-model", None)])
def test_what_is_warmed_is_what_the_user_of_this_machine_prefers_if_it_is_here(
    tmp_path: Path, model: str, warmed: str | None
) -> None:
    assert model_to_warm(prefer(tmp_path, model), needs_sign_in=False) == warmed


def test_where_users_sign_in_what_one_of_them_prefers_is_not_known_beforehand(tmp_path: Path) -> None:
    assert model_to_warm(prefer(tmp_path, NO_MODEL), needs_sign_in=True) is None
