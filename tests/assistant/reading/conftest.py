"""What the tests of reading share."""

from __future__ import annotations

from tests.web.fixtures import web

__all__ = ["web"]
