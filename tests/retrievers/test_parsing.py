"""Long answers are parsed beside the event loop, short ones at once."""

import threading

import pytest

from retrievers.parsing import apart


@pytest.mark.parametrize(("size_bytes", "form"), [(100, "html"), (50_000, "json"), (50_000, "xml")])
async def test_a_short_answer_is_parsed_at_once(size_bytes: int, form: str) -> None:
    assert await apart(size_bytes, form, threading.current_thread) is threading.current_thread()


@pytest.mark.parametrize(("size_bytes", "form"), [(50_000, "html"), (2_000_000, "json"), (500_000, "xml")])
async def test_a_long_answer_is_parsed_beside_the_event_loop(size_bytes: int, form: str) -> None:
    assert await apart(size_bytes, form, threading.current_thread) is not threading.current_thread()
