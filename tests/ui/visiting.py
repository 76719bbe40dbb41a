"""The page as AppTest runs it: opened, asked, and read."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from ui.resources import Resources

QUESTION = "How do I add a retriever?"
TIMEOUT_S = 20.0


def site_script(resources: object) -> None:
    from ui.navigation import site  # noqa: PLC0415 - AppTest runs this function's source alone

    site(resources)


def visit(resources: Resources, *, timeout_s: float = TIMEOUT_S, **query: str) -> AppTest:
    """Open the page at an address."""
    at = AppTest.from_function(site_script, kwargs={"resources": resources}, default_timeout=timeout_s)
    return opened_at(at, **query)


def opened_at(at: AppTest, **query: str) -> AppTest:
    """Run a script for the first time, with what stands in the address bar."""
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def ask(at: AppTest, question: str = QUESTION) -> AppTest:
    """Put a question and wait for the end of its turn."""
    at.chat_input[0].set_value(question).run()
    assert not at.exception
    return at


def shown(at: AppTest) -> str:
    """Join all that our own renderer wrote."""
    return " ".join(part.value if hasattr(part, "value") else part.proto.body for part in at.get("html"))


def chat_of(at: AppTest) -> str:
    """Name the chat that the address bar names."""
    named = at.query_params["chat"]
    return named if isinstance(named, str) else str(named[0])
