"""The loopback web as fixtures: import them into a conftest.py to offer them to the tests beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.web.loopback import LoopbackWeb, loopback_web, threaded_web


@pytest.fixture
async def web() -> AsyncIterator[LoopbackWeb]:
    """Serve in the test's own event loop."""
    async with loopback_web() as serving:
        yield serving


@pytest.fixture(name="threaded_web")
def threaded_web_fixture() -> Iterator[LoopbackWeb]:
    """Serve in a thread, for tests that run the product in another thread or process."""
    with threaded_web() as serving:
        yield serving
