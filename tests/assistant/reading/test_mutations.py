"""Documents of every format, broken at random: each is read or refused, and none is a fault.

`benchmarks/mutations.py` does the same with 2,000 mutations of real pages as well, in workers with a kill timer.
"""

from __future__ import annotations

import time

import pytest

from assistant.errors import NotText
from assistant.reading import extract
from tests.web.made import documents
from tests.web.mutations import drawn

COUNT = 60
MOST_CPU_S = 10
"""What a worker gets for one document."""


@pytest.mark.filterwarnings("ignore")  # libraries warn of what is broken
def test_a_mutated_document_is_read_or_refused_in_bounded_time() -> None:
    ends: dict[str, set[str]] = {}
    for body, media in drawn(COUNT, documents()):
        started = time.thread_time()
        try:
            end = "read" if extract(body, "https://m.example/", media).text.strip() else "empty"
        except NotText:
            end = "refused"
        assert time.thread_time() - started < MOST_CPU_S, media
        ends.setdefault(media, set()).add(end)
    assert set().union(*ends.values()) == {"read", "refused"}
    assert len(ends) == len({media for _, media in documents()})
