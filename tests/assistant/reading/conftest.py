"""What the tests of reading share."""

from __future__ import annotations

from tests.web.fixtures import threaded_web_fixture, web

__all__ = ["threaded_web_fixture", "web"]
