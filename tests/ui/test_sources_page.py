"""The Sources page: each source with what it receives, a switch that lasts, and a trial that nobody else starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.preferences import Preferences, preferences_file
from assistant.searching.directory import SourceDescription
from assistant.trials import Trial
from tests.ui.markup import seen
from tests.ui.scripted import ScriptedAssistant, opened
from tests.ui.sourced import NASTY, SOURCES, described, scripted_trial
from tests.ui.visiting import TIMEOUT_S, ask, opened_at, shown, visit
from ui.background import Engine
from ui.history import History
from ui.resources import Resources
from ui.trials import Trials

Visit = Callable[..., AppTest]


def script(resources: object, locale: str) -> None:
    from ui.pages.sources import draw  # noqa: PLC0415 - AppTest runs this function's source alone
    from ui.wording import wording_for  # noqa: PLC0415 - as above

    draw(resources, wording_for(locale))


class Provider:
    """Whoever is asked in a trial: counts, and answers at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, name: str) -> Trial:
        self.asked.append(name)
        return scripted_trial(name)


class Stage:
    """A page on scripted sources and a folder of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.provider = Provider()
        self.assistant = ScriptedAssistant()
        self.folder = folder
        self.sources: tuple[SourceDescription, ...] = SOURCES
        self.resources = Resources(
            engine=Engine(lambda: opened(self.assistant)),
            history=History(folder / "chats.sqlite3"),
            sources=lambda: self.sources,
            data_dir=folder,
            trials=Trials(self.provider),
        )
        stack.callback(self.resources.close)

    def visit(self, locale: str = "en", **query: str) -> AppTest:
        kwargs = {"resources": self.resources, "locale": locale}
        at = AppTest.from_function(script, kwargs=kwargs, default_timeout=TIMEOUT_S)
        return opened_at(at, **query)

    @property
    def kept(self) -> Preferences:
        return preferences_file(self.folder).read()

    def keep(self, **chosen: object) -> None:
        preferences_file(self.folder).write(replace(Preferences(), **chosen))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(tmp_path, stack)


def test_every_source_says_what_its_provider_receives_and_why_it_is_not_asked(stage: Stage) -> None:
    said = shown(stage.visit())
    assert "5 of 8 sources are asked" in said
    assert 'wikipedia receives: <span lang="en">the words of the query and its language</span>' in said
    assert 'google receives: <span lang="en">' in said, "the provider is named, not only the source"
    assert 'folder receives: <span lang="en">nothing: the search stays on this machine</span>' in said
    assert '<strong>Not asked</strong> · <span lang="en">name it: --sources mojeek</span>' in said
    assert "suspended for 58 min (captcha)" in said


def test_what_is_missing_is_named_in_the_words_of_the_command_line_and_never_its_value(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAVE_API_KEY", "secret-value")
    said = shown(stage.visit())
    assert "<strong>Not asked</strong> · set BRAVE_API_KEY" in said
    assert "secret-value" not in said


def test_sources_stand_by_what_they_are_for_and_those_that_are_not_asked_are_folded(stage: Stage) -> None:
    at = stage.visit()
    said = shown(at)
    heads = [said.index(f'<h2 class="fn-focus">{name}</h2>') for name in ("Web", "Reference", "Discussion", "Data")]
    assert heads == sorted(heads)
    (folded,) = at.expander
    assert folded.label == "3 sources are not asked"
    assert [toggle.key for toggle in folded.toggle] == ["ask-mojeek", "ask-startpage", "ask-brave"]


def test_looking_at_the_page_asks_nobody(stage: Stage) -> None:
    stage.visit().run()
    assert stage.provider.asked == []


def test_switching_a_source_off_lasts_and_is_said(stage: Stage) -> None:
    at = stage.visit()
    at.toggle(key="ask-wikipedia").set_value(False).run()
    assert stage.kept.without_sources == ("wikipedia",)
    assert "Switched off by you" in shown(at)
    assert "4 of 8 sources are asked" in shown(at)
    again = stage.visit()
    assert again.toggle(key="ask-wikipedia").value is False
    assert again.toggle(key="ask-ddgs").value is True


def test_switching_it_on_again_forgets_it_and_leaves_other_choices(stage: Stage) -> None:
    stage.keep(without_sources=("wikipedia", "ddgs"), model="none")
    at = stage.visit()
    at.toggle(key="ask-wikipedia").set_value(True).run()
    assert stage.kept == Preferences(without_sources=("ddgs",), model="none")


def test_all_are_switched_on_again_with_one_click(stage: Stage) -> None:
    stage.keep(without_sources=("wikipedia", "ddgs"), model="none")
    at = stage.visit()
    assert at.button(key="all-on").label == "Switch 2 sources on again"
    at.button(key="all-on").click().run()
    assert stage.kept == Preferences(model="none")
    assert at.toggle(key="ask-wikipedia").value is True
    assert not [button for button in at.button if button.key == "all-on"]


def test_what_another_tab_chose_shows_at_the_next_click(stage: Stage) -> None:
    at = stage.visit()
    stage.keep(without_sources=("wikipedia",))
    at.run()
    assert at.toggle(key="ask-wikipedia").value is False


def test_with_everything_off_the_page_says_what_that_means(stage: Stage) -> None:
    stage.keep(without_sources=tuple(source.name for source in SOURCES))
    assert "no question can be asked" in shown(stage.visit())


def test_what_is_not_asked_anyway_has_no_switch_to_turn(stage: Stage) -> None:
    at = stage.visit()
    assert at.toggle(key="ask-brave").disabled
    assert at.toggle(key="ask-brave").value is False
    assert not at.toggle(key="ask-ddgs").disabled


def test_a_choice_that_cannot_be_kept_is_told_and_does_not_show_as_made(stage: Stage) -> None:
    (stage.folder / "preferences").touch()
    at = stage.visit()
    at.toggle(key="ask-wikipedia").set_value(False).run()
    assert "cannot be kept" in shown(at)
    assert at.toggle(key="ask-wikipedia").value is True
    assert "cannot be kept" not in shown(at.run()), "it is said once"


def test_a_broken_file_of_choices_is_told(stage: Stage) -> None:
    stage.keep()
    (stage.folder / "preferences" / "local.json").write_text("{")
    at = stage.visit()
    assert "your choices are not in force" in shown(at)
    assert at.toggle(key="ask-wikipedia").value is True


def test_a_trial_shows_what_was_asked_how_long_it_took_and_the_first_hits(stage: Stage) -> None:
    at = stage.visit()
    at.button(key="try-wikipedia").click().run()
    assert not at.exception
    assert stage.provider.asked == ["wikipedia"]
    said = shown(at)
    assert "7 hits in 0.9 s" in said
    assert "Query: open source software" in said
    assert 'href="https://wikipedia.test/1"' in said
    assert "Page 5 of wikipedia" in said
    assert "Page 6 of wikipedia" not in said
    assert "20 Nov 2026" in said


def test_nothing_that_comes_in_a_trial_is_drawn_as_markup(stage: Stage) -> None:
    at = stage.visit()
    at.button(key="try-wikipedia").click().run()
    listing = seen(shown(at))
    assert not {"script", "img"} & listing.tags
    assert not [address for address in listing.addresses if "evil.example" in address or "javascript" in address]
    assert "&lt;script&gt;" in shown(at)


def test_a_trial_that_fails_says_why_in_words(stage: Stage) -> None:
    at = stage.visit()
    at.button(key="try-ddgs").click().run()
    said = shown(at)
    assert "Failed after 1.2 s: it wants to know whether a person is asking" in said
    assert "ddgs: a page that asks for a person" in said


def test_figures_and_the_engines_behind_a_source_are_shown(stage: Stage) -> None:
    at = stage.visit()
    at.button(key="try-usgs").click().run()
    at.button(key="try-mojeek").click().run()
    said = shown(at)
    assert "magnitude: 4.7 mww (24 Nov 2026, 05:30)" in said
    assert "0 hits in 0.2 s" in said
    assert "engine: HTTP 429" in said


def test_an_outcome_stays_while_something_else_is_clicked(stage: Stage) -> None:
    at = stage.visit()
    at.button(key="try-wikipedia").click().run()
    at.toggle(key="ask-ddgs").set_value(False).run()
    assert "7 hits in 0.9 s" in shown(at)
    assert stage.provider.asked == ["wikipedia"]


def test_one_without_its_key_cannot_be_tried_and_one_that_is_switched_off_can(stage: Stage) -> None:
    stage.keep(without_sources=("wikipedia",))
    at = stage.visit()
    assert at.button(key="try-brave").disabled
    assert not at.button(key="try-wikipedia").disabled
    assert not at.button(key="try-mojeek").disabled


@pytest.mark.parametrize(
    ("by_default", "address", "is_private"),
    [(False, "true", True), (True, None, True), (True, "false", False), (False, None, False)],
)
def test_while_private_is_on_only_ones_own_sources_can_be_tried(
    stage: Stage, *, by_default: bool, address: str | None, is_private: bool
) -> None:
    stage.keep(private_by_default=by_default)
    at = stage.visit(**({"private": address} if address else {}))
    assert at.button(key="try-wikipedia").disabled is is_private
    assert not at.button(key="try-folder").disabled
    assert ("Private is on" in shown(at)) is is_private


def test_a_french_reader_reads_french(stage: Stage) -> None:
    stage.keep(without_sources=("wikipedia",))
    at = stage.visit("fr")
    said = shown(at)
    assert "4 sources interrogées sur 8" in said
    assert "Désactivée par vous" in said
    assert "<strong>Non interrogée</strong> · à définir\u00a0: BRAVE_API_KEY" in said
    at.button(key="try-ddgs").click().run()
    assert "Échec après 1,2 s" in shown(at)


def test_what_another_package_says_of_its_source_is_text(stage: Stage) -> None:
    stage.sources = (
        described("odd", receives=NASTY, provider=NASTY, health=NASTY),
        described("odder", is_asked=False, state=NASTY, example=NASTY),
    )
    listing = seen(shown(stage.visit()))
    assert not {"script", "img"} & listing.tags
    assert listing.addresses == []


def test_a_question_goes_without_what_was_switched_off(stage: Stage) -> None:
    stage.keep(without_sources=("wikipedia",))
    ask(visit(stage.resources))
    (options,) = stage.assistant.options
    assert options
    assert options.without_sources == ("wikipedia",)
    (chat,) = stage.resources.history.chats()
    bundle = stage.resources.history.trace(stage.resources.history.turns(chat.id)[-1])
    assert json.loads(bundle or "")["options"]["without_sources"] == ["wikipedia"]


def test_the_sidebar_counts_what_is_asked_now(stage: Stage) -> None:
    stage.keep(without_sources=("wikipedia",))
    at = visit(stage.resources)
    assert "<summary>4 sources are asked</summary>" in shown(at)
    assert "1 source is switched off by you" in shown(at)
