"""Secrets and addresses are told by name and never by value."""

from __future__ import annotations

import typing
from pathlib import Path

from pydantic import SecretStr

from assistant.configured import CONFIGURED_ONLY, configured_names
from assistant.settings import Settings

SECRET = "s3cr3t-value"  # noqa: S105 - what must not show


def test_every_setting_that_holds_a_secret_or_an_address_is_among_them() -> None:
    hints = typing.get_type_hints(Settings, include_extras=False)
    secret = {name for name in Settings.model_fields if SecretStr in typing.get_args(hints[name])}
    holding_keys = {"keys"}
    addresses = {name for name in Settings.model_fields if name.endswith("_url")}
    assert secret - holding_keys | addresses <= set(CONFIGURED_ONLY)
    assert {"model_key", "hub_token"} <= secret


def test_what_is_set_is_told_apart_from_what_is_not() -> None:
    settings = Settings(searxng_url="http://10.0.0.7:8080", model_key=SecretStr(SECRET))
    told = {one.name: one.is_set for one in configured_names(settings, {})}
    assert told["searxng_url"]
    assert told["model_key"]
    assert not told["hub_token"]
    assert not told["BRAVE_API_KEY"]


def test_keys_count_wherever_they_are_given() -> None:
    settings = Settings(keys={"TAVILY_API_KEY": SecretStr(SECRET), "MY_OWN_KEY": SecretStr(SECRET)})
    told = {one.name: one.is_set for one in configured_names(settings, {"BRAVE_API_KEY": SECRET})}
    assert told["BRAVE_API_KEY"]
    assert told["TAVILY_API_KEY"]
    assert told["MY_OWN_KEY"]


def test_no_value_is_told(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        proxy=f"http://{SECRET}@proxy",
        hub_token=SecretStr(SECRET),
        keys={"BRAVE_API_KEY": SecretStr(SECRET)},
    )
    told = repr(configured_names(settings, {"TAVILY_API_KEY": SECRET}))
    assert SECRET not in told
    assert str(tmp_path) not in told


def test_a_source_that_needs_a_setting_does_not_name_it_twice() -> None:
    names = [one.name for one in configured_names(Settings(), {})]
    assert len(names) == len({name.lower().removeprefix("footnote_") for name in names})
