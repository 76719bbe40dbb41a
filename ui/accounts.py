"""Who reads: the one person at this machine, or whoever signed in at the identity provider that is configured.

Knows `[auth]` of Streamlit's `secrets.toml` and what `st.user` says. A reader is named by issuer and subject, which no
provider gives to anybody else; names and addresses of people may change hands. Leaves whose a chat is to the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config

from assistant.chats import LOCAL
from assistant.errors import SettingsInvalid
from ui.rendering import element, label, text
from ui.wording import Wording

__all__ = [
    "account",
    "check_sign_in",
    "current_owner",
    "is_loopback",
    "redirect_host",
    "sign_in_is_configured",
    "sign_in_page",
]

SHORTEST_SECRET = 32
"""Characters of `cookie_secret`: whoever guesses it is anybody. Streamlit only warns of one that is short."""
SHARED_KEYS = ("redirect_uri", "cookie_secret")
PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
DEFAULT = "default"
CALLBACK = "/oauth2callback"


def auth_section() -> Mapping[str, Any]:
    """Read what is configured; nothing where there is no file, or none that can be read."""
    return st.secrets.get("auth", {}) if st.secrets.load_if_toml_exists() else {}


def sign_in_is_configured() -> bool:
    """Tell whether readers must sign in."""
    return bool(auth_section())


def check_sign_in() -> None:
    """Raise SettingsInvalid with one line where sign-in was meant and would not work, or not be safe."""
    files = [Path(name) for name in config.get_option("secrets.files")]
    broken = [str(file) for file in files if file.is_file()] if not st.secrets.load_if_toml_exists() else []
    if broken:
        message = f"{broken[0]}: cannot be read; mend it, or remove it to go on without sign-in"
        raise SettingsInvalid(message)
    if section := auth_section():
        check_section(section)
        if find_spec("authlib") is None:
            message = "sign-in needs Authlib: pip install 'footnote[sign-in]', or remove [auth] from secrets.toml"
            raise SettingsInvalid(message)


def check_section(section: Mapping[str, Any]) -> None:
    """Raise SettingsInvalid for what is missing in a section, or too weak."""
    demand("auth", section, SHARED_KEYS)
    for name in providers(section):
        place, held = ("auth", section) if name == DEFAULT else (f"auth.{name}", section[name])
        demand(place, held, PROVIDER_KEYS)
    if len(section["cookie_secret"]) < SHORTEST_SECRET:
        message = (
            f"secrets.toml: cookie_secret has under {SHORTEST_SECRET} characters, so that sign-in could be forged; "
            "make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
        raise SettingsInvalid(message)
    if not str(section["redirect_uri"]).endswith(CALLBACK):
        message = f"secrets.toml: redirect_uri must end with {CALLBACK}"
        raise SettingsInvalid(message)


def demand(place: str, held: Mapping[str, Any], keys: Sequence[str]) -> None:
    """Raise SettingsInvalid for the first key that a section lacks."""
    for key in keys:
        if not held.get(key):
            message = f"secrets.toml: [{place}] has no {key}; see docs/operations.md, Sign-in"
            raise SettingsInvalid(message)


def providers(section: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the identity providers that one may choose from."""
    named = tuple(name for name, value in section.items() if isinstance(value, Mapping) and name != "client_kwargs")
    return named or (DEFAULT,)


def redirect_host() -> str:
    """Name the host that readers know this server by; empty without sign-in."""
    return urlsplit(str(auth_section().get("redirect_uri", ""))).hostname or ""


def is_loopback(host: str) -> bool:
    """Tell an address that only this machine reaches; a name other than localhost may lead anywhere."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def current_owner(*, needs_sign_in: bool) -> str | None:
    """Name the reader whose chats these are; None where nobody has signed in, or who did cannot be told apart."""
    if not needs_sign_in:
        return LOCAL
    told = dict(st.user)
    issuer, subject = told.get("iss"), told.get("sub")
    if not told.get("is_logged_in") or not issuer or not subject:
        return None
    return f"{issuer} {subject}"


def sign_in_page(words: Wording) -> None:
    """Draw what somebody sees who has not signed in: nothing of anybody's, and the way in."""
    with st.container(key="hero"):
        st.html(element("h1", text(words.say("name"))) + element("p", text(words.say("account.why"))))
        names = providers(auth_section())
        for name in names:
            said = words.say("account.in") if names == (DEFAULT,) else words.say("account.in.at", name=label(name))
            provider = None if name == DEFAULT else name
            st.button(said, key=f"sign-in-{name}", type="primary", width="stretch", on_click=st.login, args=(provider,))


def account(words: Wording) -> None:
    """Say who reads, and offer to sign out."""
    told = dict(st.user)
    name = str(told.get("name") or told.get("email") or told.get("sub") or "")
    st.html(element("p", text(words.say("account.as", name=name)), class_="fn-quiet", dir="auto"))
    st.button(words.say("account.out"), key="sign-out", icon=":material/logout:", type="tertiary", on_click=st.logout)
