"""The Settings page: what a user chooses is kept, used by the next question and forgotten at will; no secret shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from assistant.configured import configured_names
from assistant.evidence import Profile, QuestionOptions
from assistant.models.directory import describe_models
from assistant.models.memory import Room
from assistant.models.pulling import RECORD
from assistant.preferences import Preferences, preferences_file
from assistant.settings import Settings
from tests.ui.scripted import ScriptedAssistant, opened
from tests.ui.visiting import TIMEOUT_S, ask, shown, visit
from ui.background import Engine
from ui.history import History
from ui.resources import Resources

SECRET = "s3cr3t-value"  # noqa: S105 - what must not show


def settings_script(resources: object) -> None:
    import streamlit as st  # noqa: PLC0415 - AppTest runs this function's source alone

    from ui.pages.settings import draw  # noqa: PLC0415 - as above
    from ui.preferring import preferred_wording  # noqa: PLC0415 - as above

    st.set_page_config()
    draw(resources, preferred_wording(resources))


class Stage:
    """A user with a data directory, a chat page and a Settings page."""

    def __init__(self, folder: Path, **given: object) -> None:
        self.folder = folder
        self.played = ScriptedAssistant()
        settings = Settings(
            data_dir=folder,
            searxng_url="http://10.0.0.7:8080",
            model_key=SecretStr(SECRET),
            keys={"TAVILY_API_KEY": SecretStr(SECRET)},
        )
        for name in ("granite-1b", "stand-in"):
            (settings.models_dir / name).mkdir(parents=True)
            (settings.models_dir / name / RECORD).write_text(json.dumps({"name": name}), encoding="utf-8")
        usual = {
            "engine": Engine(lambda: opened(self.played)),
            "history": History(folder / "chats.sqlite3"),
            "models": lambda: describe_models(settings, Room(free_gib=20, has_gpu=False)),
            "configured": lambda: configured_names(settings, {}),
            "data_dir": folder,
        }
        self.resources = Resources(**{**usual, **given})  # type: ignore[arg-type]
        self.kept = preferences_file(folder)

    def visit(self) -> AppTest:
        kwargs = {"resources": self.resources}
        at = AppTest.from_function(settings_script, kwargs=kwargs, default_timeout=TIMEOUT_S).run()
        assert not at.exception
        return at

    def ask(self, **query: str) -> QuestionOptions:
        """Ask a question on the chat page and return what the engine was told with it."""
        ask(visit(self.resources, **query))
        options = self.played.options[-1]
        assert options
        return options


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    with ExitStack() as stack:

        def made(**given: object) -> Stage:
            made = Stage(tmp_path, **given)
            stack.callback(made.resources.close)
            return made

        yield made


def test_a_choice_is_kept_at_once_and_said_to_be(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = played.visit()
    at.radio(key="settings-profile").set_value("thorough").run()
    assert played.kept.read().profile is Profile.THOROUGH
    assert "Kept. The next question uses it." in shown(at)
    assert played.visit().radio(key="settings-profile").value == "thorough"


def test_every_choice_lands_in_its_own_field(stage: Callable[..., Stage]) -> None:
    played = stage()
    at = played.visit()
    at.radio(key="settings-profile").set_value("speed").run()
    at.selectbox(key="settings-answer_language").set_value("fr").run()
    at.selectbox(key="settings-model").set_value("stand-in").run()
    at.toggle(key="settings-private_by_default").set_value(True).run()
    at.selectbox(key="settings-interface_language").set_value("fr").run()
    assert not at.exception
    assert played.kept.read() == Preferences(
        profile=Profile.SPEED,
        answer_language="fr",
        model="stand-in",
        private_by_default=True,
        interface_language="fr",
    )
    assert "Réglages" in shown(at)


def test_new_questions_use_what_was_chosen(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.kept.write(
        Preferences(profile=Profile.SPEED, answer_language="fr", model="stand-in", private_by_default=True)
    )
    told = played.ask()
    assert (told.profile, told.language, told.model, told.private) == (Profile.SPEED, "fr", "stand-in", True)


def test_without_a_choice_the_configuration_decides(stage: Callable[..., Stage]) -> None:
    told = stage(profile=Profile.THOROUGH).ask()
    assert (told.profile, told.language, told.model, told.private) == (Profile.THOROUGH, None, None, False)


def test_the_address_bar_wins_over_a_choice(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.kept.write(Preferences(profile=Profile.SPEED, private_by_default=True))
    told = played.ask(depth="thorough", private="false")
    assert told.profile is Profile.THOROUGH
    assert not told.private


def test_none_can_be_chosen_again(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.kept.write(Preferences(profile=Profile.SPEED, model="stand-in"))
    at = played.visit()
    at.radio(key="settings-profile").set_value("").run()
    at.selectbox(key="settings-model").set_value("").run()
    assert played.kept.read() == Preferences()


def test_only_models_that_are_here_or_none_can_be_chosen(stage: Callable[..., Stage]) -> None:
    options = stage().visit().selectbox(key="settings-model").options
    assert options == ["As configured (granite-1b)", "granite-1b", "stand-in", "Quotations only"]


def test_a_model_that_is_gone_is_said_to_be_and_not_asked(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.kept.write(Preferences(model="olmoe-7b"))
    assert "olmoe-7b is not on this machine any more" in shown(played.visit())
    assert played.ask().model is None


def test_a_path_or_an_address_in_the_file_never_reaches_the_engine(stage: Callable[..., Stage]) -> None:
    played = stage()
    for name in ("http://evil.test/v1", "/etc/passwd", "owner/model"):
        played.kept.write(Preferences(model=name))
        assert played.ask().model is None


def test_a_broken_file_is_told_of_and_the_defaults_hold(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.kept.write(Preferences(profile=Profile.SPEED))
    (file,) = (played.folder / "preferences").iterdir()
    file.write_text("{broken", encoding="utf-8")
    at = played.visit()
    assert "your choices are not in force" in shown(at)
    assert at.radio(key="settings-profile").value == ""
    assert played.ask().profile is Profile.BALANCED


def test_a_disk_that_refuses_is_told_of_and_the_control_goes_back(stage: Callable[..., Stage]) -> None:
    played = stage()
    (played.folder / "preferences").write_text("a file where the folder should be", encoding="utf-8")
    at = played.visit()
    at.selectbox(key="settings-answer_language").set_value("fr").run()
    assert "your choices cannot be kept" in shown(at)
    assert at.selectbox(key="settings-answer_language").value == ""


def test_reset_asks_first_and_then_forgets_everything(stage: Callable[..., Stage]) -> None:
    played = stage()
    chosen = Preferences(profile=Profile.SPEED, without_sources=("reddit",))
    played.kept.write(chosen)
    at = played.visit()
    assert "You switched 1 source off" in shown(at)
    at.button(key="reset").click().run()
    assert played.kept.read() == chosen
    at.button(key="confirm-reset").click().run()
    assert not at.exception
    assert played.kept.read() == Preferences()
    assert played.visit().radio(key="settings-profile").value == ""


def test_a_reset_that_is_called_off_changes_nothing(stage: Callable[..., Stage]) -> None:
    played = stage()
    chosen = Preferences(profile=Profile.SPEED)
    played.kept.write(chosen)
    at = played.visit()
    at.button(key="reset").click().run()
    at.button(key="stay-reset").click().run()
    assert not at.exception
    assert played.kept.read() == chosen


def test_where_nothing_was_chosen_there_is_nothing_to_reset(stage: Callable[..., Stage]) -> None:
    assert stage().visit().button(key="reset").disabled


def test_secrets_and_addresses_are_named_and_never_shown(stage: Callable[..., Stage]) -> None:
    said = shown(stage().visit())
    for name in ("searxng_url", "model_key", "TAVILY_API_KEY"):
        assert f"<code>{name}</code>" in said.split("not set")[0]
    assert "<code>hub_token</code>" in said.split("not set")[1]
    assert SECRET not in said
    assert "10.0.0.7" not in said


def test_privacy_that_the_configuration_demands_cannot_be_switched_off(stage: Callable[..., Stage]) -> None:
    at = stage(is_private=True).visit()
    assert at.toggle(key="settings-private_by_default").disabled
    assert at.toggle(key="settings-private_by_default").value
    assert "The configuration keeps every question private" in shown(at)


def test_without_a_data_directory_nothing_can_be_chosen(stage: Callable[..., Stage]) -> None:
    at = stage(data_dir=None).visit()
    assert "Choices cannot be kept here" in shown(at)
    assert not at.selectbox


def test_the_model_page_says_that_the_model_was_chosen_here(stage: Callable[..., Stage]) -> None:
    played = stage()
    played.kept.write(Preferences(model="stand-in"))
    at = AppTest.from_function(model_script, kwargs={"resources": played.resources}, default_timeout=TIMEOUT_S).run()
    assert not at.exception
    assert "You chose it in the settings." in shown(at)


def model_script(resources: object) -> None:
    from ui.pages.model import draw  # noqa: PLC0415 - AppTest runs this function's source alone
    from ui.wording import wording_for  # noqa: PLC0415 - as above

    draw(resources, wording_for("en"))


def test_another_choice_of_the_same_user_in_another_tab_is_not_lost(stage: Callable[..., Stage]) -> None:
    played = stage()
    first, second = played.visit(), played.visit()
    first.selectbox(key="settings-answer_language").set_value("fr").run()
    second.selectbox(key="settings-interface_language").set_value("fr").run()
    assert played.kept.read() == replace(Preferences(), answer_language="fr", interface_language="fr")
