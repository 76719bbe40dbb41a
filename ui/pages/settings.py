"""The Settings page: what a user chooses for all questions to come, and what only the configuration holds, by name.

Knows widgets. A choice made for one question, in the chat's own controls, wins over these, and these over the
configuration. Nothing secret, no address and no path is shown here or taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from assistant.budgets import BUDGETS
from assistant.evidence import Profile
from assistant.preferences import Preferences, PreferencesFile
from ui.configured_list import configured_list
from ui.confirming import Deed, ask_first
from ui.frame import notice, notices
from ui.model_view import name_of
from ui.preferring import change_preferences, kept_preferences
from ui.rendering import element, label, plain, text
from ui.resources import Resources
from ui.wording import Wording, languages, wording_for

__all__ = ["draw"]

SAID = "settings-said"
"""What came of the last click: a key of the catalogue, or the reason of a failure."""
AS_CONFIGURED = ""
"""What a list of choices holds for None."""

Choices = dict[str, str]


def draw(resources: Resources, words: Wording) -> None:
    """Draw the page; Streamlit calls this at each click."""
    st.html(element("h1", text(words.say("page.settings"))) + element("p", text(words.say("settings.what"))))
    notices(resources)
    kept = kept_preferences(resources)
    if kept is None:
        notice(words.say("settings.nowhere"))
    else:
        say_what_came(words)
        chosen = kept.read()
        answering(chosen, kept, resources, words)
        showing(chosen, kept, words)
        resetting(chosen, kept, words)
    st.html(head("configured", words) + configured_list(resources.configured(), words))


def say_what_came(words: Wording) -> None:
    """Tell once whether the last choice was kept."""
    said = st.session_state.pop(SAID, None)
    if said is None:
        return
    if said:
        notice(said)
    else:
        st.html(element("p", text(words.say("settings.kept")), class_="fn-quiet", role="status"))


def answering(chosen: Preferences, kept: PreferencesFile, resources: Resources, words: Wording) -> None:
    """Draw what concerns answers: time, language, model, privacy."""
    st.html(head("answers", words))
    with st.container(key="settings-answers"):
        depth_choice(chosen, kept, resources, words)
        pick("answer_language", answer_languages(resources, words), chosen.answer_language, kept, words)
        pick("model", models(chosen, resources, words), chosen.model, kept, words)
        if chosen.model and chosen.model not in resources.models().choices:
            notice(words.say("settings.model.gone", name=chosen.model))
        private_choice(chosen, kept, resources, words)


def showing(chosen: Preferences, kept: PreferencesFile, words: Wording) -> None:
    """Draw what concerns the page itself."""
    st.html(head("page", words))
    named = {code: wording_for(code).say("language.own") for code in sorted(languages())}
    of_browser = {AS_CONFIGURED: words.say("settings.interface_language.default")}
    pick("interface_language", of_browser | named, chosen.interface_language, kept, words)


def depth_choice(chosen: Preferences, kept: PreferencesFile, resources: Resources, words: Wording) -> None:
    """Draw how much time a question is worth, each with what it means."""
    named = {AS_CONFIGURED: words.say("settings.default", value=words.say(f"depth.{resources.profile}"))}
    named |= {profile.value: words.say(f"depth.{profile}") for profile in Profile}
    captions = [words.say("settings.profile.default")] + [what_it_takes(profile, words) for profile in Profile]
    st.session_state["settings-profile"] = chosen.profile.value if chosen.profile else AS_CONFIGURED
    st.radio(
        words.say("settings.profile"),
        list(named),
        format_func=lambda value: label(named[value]),
        captions=captions,
        key="settings-profile",
        on_change=keep,
        args=("profile", kept),
    )


def what_it_takes(profile: Profile, words: Wording) -> str:
    """Say what a profile may take: pages and seconds."""
    budget = BUDGETS[profile]
    return words.say("settings.profile.takes", pages=str(budget.pages), time=words.number(budget.turn_s))


def answer_languages(resources: Resources, words: Wording) -> Choices:
    """Name the languages that the model is told to write in."""
    from assistant.writing.prompting import LANGUAGES  # noqa: PLC0415 - takes a second that other pages need not wait for

    configured = resources.language
    default = words.say("settings.answer_language.default")
    if configured in LANGUAGES:
        default = words.say("settings.default", value=words.say(f"language.{configured}"))
    return {AS_CONFIGURED: default} | {code: words.say(f"language.{code}") for code in LANGUAGES}


def models(chosen: Preferences, resources: Resources, words: Wording) -> Choices:
    """Name the models that are here; a choice that is gone stays in the list until another is made."""
    directory = resources.models()
    named = {AS_CONFIGURED: words.say("settings.default", value=name_of(directory.used, words))}
    named |= {name: name_of(name, words) for name in directory.choices}
    return {chosen.model: name_of(chosen.model, words)} | named if chosen.model else named


def private_choice(chosen: Preferences, kept: PreferencesFile, resources: Resources, words: Wording) -> None:
    """Draw the switch; where the configuration keeps every question private there is nothing to choose."""
    is_fixed = resources.is_private
    st.session_state["settings-private_by_default"] = chosen.private_by_default or is_fixed
    said = "settings.private.fixed" if is_fixed else "settings.help.private_by_default"
    with st.container(gap="xxsmall"):
        st.toggle(
            words.say("settings.private_by_default"),
            key="settings-private_by_default",
            disabled=is_fixed,
            on_change=keep,
            args=("private_by_default", kept),
        )
        st.html(element("p", text(words.say(said)), class_="fn-quiet"))


def pick(name: str, named: Choices, chosen: str | None, kept: PreferencesFile, words: Wording) -> None:
    """Draw one list of choices with a line that says what it does; a click keeps it."""
    key = f"settings-{name}"
    st.session_state[key] = chosen if chosen in named else AS_CONFIGURED
    with st.container(gap="xxsmall"):
        st.selectbox(
            words.say(f"settings.{name}"),
            list(named),
            format_func=lambda value: plain(named[value]),
            key=key,
            on_change=keep,
            args=(name, kept),
        )
        st.html(element("p", text(words.say(f"settings.help.{name}")), class_="fn-quiet"))


def keep(name: str, kept: PreferencesFile) -> None:
    """Keep one choice; Streamlit calls this before it draws the page anew."""
    value: Any = st.session_state[f"settings-{name}"]
    if value == AS_CONFIGURED:
        value = None
    elif name == "profile":
        value = Profile(value)
    change(kept, lambda chosen: replace(chosen, **{name: value}))


def change(kept: PreferencesFile, made: Callable[[Preferences], Preferences]) -> None:
    """Change the file, and remember what to say of it."""
    st.session_state[SAID] = change_preferences(kept, made)


def resetting(chosen: Preferences, kept: PreferencesFile, words: Wording) -> None:
    """Offer to forget every choice, after a question; nothing chosen leaves nothing to forget."""
    if chosen.without_sources:
        off = words.count("settings.without_sources", len(chosen.without_sources))
        st.html(element("p", text(off), class_="fn-quiet"))
    is_default = chosen == Preferences() and not kept.notice
    if st.button(words.say("settings.reset"), key="reset", icon=":material/restart_alt:", disabled=is_default):
        ask_reset(kept, words)


def ask_reset(kept: PreferencesFile, words: Wording) -> None:
    """Let the user confirm."""
    what = element("p", text(words.say("settings.reset.warning")))
    title, button = words.say("settings.reset.title"), words.say("settings.reset.confirm")
    deed = Deed(name="reset", title=title, markup=what, button=button, do=lambda: change(kept, forgotten))
    ask_first(deed, words)


def forgotten(_chosen: Preferences) -> Preferences:
    """Choose nothing."""
    return Preferences()


def head(name: str, words: Wording) -> str:
    """Write the head of a part with a line that says what it is."""
    title = element("h2", text(words.say(f"settings.{name}")), class_="fn-part-head")
    return title + element("p", text(words.say(f"settings.what.{name}")), class_="fn-quiet")
