"""Hits as plain JSON and back, to be kept for a while.

Knows the shape, which is ours alone: what cannot be read back any more is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from retrievers import HitList, Measurement, SearchHit, UpstreamReport

__all__ = ["dump_hits", "load_hits"]


def dump_hits(found: HitList) -> str:
    """Write a list of hits with what the engines behind it said."""
    engines = [
        {"provider": one.provider, "error": one.error, "hits": [as_record(hit) for hit in one.hits]}
        for one in found.upstream
    ]
    return json.dumps({"hits": [as_record(hit) for hit in found], "upstream": engines}, ensure_ascii=False)


def load_hits(text: str) -> HitList:
    """Read them back; raises ValueError, KeyError or TypeError for anything that `dump_hits` did not write."""
    record = json.loads(text)
    engines = (
        UpstreamReport(provider=one["provider"], error=one["error"], hits=tuple(map(hit_of, one["hits"])))
        for one in record["upstream"]
    )
    return HitList.of(map(hit_of, record["hits"]), engines)


def as_record(hit: SearchHit) -> dict[str, Any]:
    """Write one hit with its moments in ISO 8601."""
    values = [asdict(value) | {"at": value.at.isoformat()} for value in hit.values]
    return asdict(hit) | {"published": hit.published.isoformat() if hit.published else None, "values": values}


def hit_of(record: Mapping[str, Any]) -> SearchHit:
    """Read one hit."""
    published = record["published"]
    values = tuple(Measurement(**{**value, "at": datetime.fromisoformat(value["at"])}) for value in record["values"])
    return SearchHit(
        **{**record, "published": datetime.fromisoformat(published) if published else None, "values": values}
    )
