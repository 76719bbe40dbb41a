import threading

from retrievers.parsing import apart


async def test_a_short_answer_is_parsed_at_once() -> None:
    assert await apart(100, threading.current_thread) is threading.current_thread()


async def test_a_long_answer_is_parsed_beside_the_event_loop() -> None:
    assert await apart(50_000, threading.current_thread) is not threading.current_thread()
