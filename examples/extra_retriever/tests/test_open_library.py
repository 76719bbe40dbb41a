"""The Open Library keeps the contract of every source."""

from pathlib import Path

from open_library import OpenLibrary
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parent / "recordings"


class TestOpenLibrary(RetrieverContract):
    retriever = OpenLibrary()
    hits_recording = Recording.of(RECORDINGS / "open_library_hits.json")
    empty_recording = Recording.of(RECORDINGS / "open_library_empty.json")
