"""What the tests of reading share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from tests.web.fixtures import threaded_web_fixture, web

__all__ = ["threaded_web_fixture", "web"]


@pytest.fixture(autouse=True)
def _no_waiting_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield
