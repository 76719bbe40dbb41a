"""Answers of a provider, saved as they came.

Knows files and what httpx makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

__all__ = ["Recording"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """One answer of the provider, as it came."""

    body: bytes
    content_type: str = "application/json"

    @classmethod
    def of(cls, path: Path, content_type: str = "application/json") -> Self:
        """Read a recorded body from a file."""
        return cls(body=path.read_bytes(), content_type=content_type)

    def response(self, status: int = 200, body: bytes | None = None) -> httpx.Response:
        """Give the answer as httpx would."""
        content = self.body if body is None else body
        return httpx.Response(status, content=content, headers={"Content-Type": self.content_type})
