"""Repositories on Codeberg: what is asked, and how its answers are ranked."""

from pathlib import Path

from retrievers.code.codeberg import Codeberg
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestCodeberg(RetrieverContract):
    retriever = Codeberg()
    hits_recording = Recording.of(RECORDINGS / "codeberg_hits.json")
    empty_recording = Recording.of(RECORDINGS / "codeberg_empty.json")

    def test_repositories_with_most_of_the_words_come_first_and_others_are_left_out(self) -> None:
        assert [hit.title for hit in self.hits()] == ["ada/reclaim", "bob/janitor"]

    def test_a_repository_is_told_by_its_description_and_figures(self) -> None:
        first, second = self.hits()
        assert first.url == "https://codeberg.org/ada/reclaim"
        assert first.snippet == "Reclaims disk space · 5 stars · Rust"
        assert second.snippet == "Frees space on your disk · 3 stars · cleanup"

    def test_any_of_the_keywords_may_occur(self) -> None:
        params = self.sent("How do I reclaim disk space, please?")[0].url.params
        assert (params["q"], params["includeDesc"], params["limit"]) == ("reclaim,disk,space", "true", "50")
