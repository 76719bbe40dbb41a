"""The folder source: what it finds below its roots, and what it says when they are missing."""

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from retrievers import HitList, ProviderUnavailable, SearchQuery
from retrievers.local.folder import Folder
from retrievers.testing import SourceContract


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "library"
    folder.mkdir()
    (folder / "vacuum.md").write_text("# Vacuuming\n\nReclaim disk space after deleting rows.\n", encoding="utf-8")
    (folder / "pare-feu.txt").write_text("Configurer un pare-feu avec nftables sous Debian.", encoding="utf-8")
    return folder


async def search(folder: Folder, text: str, limit: int = 10, language: str = "en") -> HitList:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500))) as client:
        return await folder.search(SearchQuery(text=text, limit=limit, language=language), client)


def file_names(hits: HitList) -> list[str]:
    return [Path(unquote(urlsplit(hit.url).path)).name for hit in hits]


class TestFolder(SourceContract):
    retriever = Folder(())

    @pytest.fixture(autouse=True)
    def _with_a_library(self, library: Path) -> None:
        self.retriever = Folder([library])

    async def find(self, limit: int = 10) -> HitList:
        return await search(self.retriever, "disk space or a pare-feu", limit=limit)

    async def find_nothing(self) -> HitList:
        return await search(self.retriever, "What is the airspeed of the starship Zorblax?")


async def test_a_question_finds_the_file_that_has_its_words(library: Path) -> None:
    hits = await search(Folder([library]), "How do I reclaim disk space in PostgreSQL after deleting many rows?")
    assert file_names(hits) == ["vacuum.md"]
    assert hits[0].title == "Vacuuming"
    assert "Reclaim disk space" in hits[0].snippet
    assert hits[0].text is None


async def test_a_question_in_french_finds_a_french_file(library: Path) -> None:
    hits = await search(Folder([library]), "Comment configurer un pare-feu sous Debian ?", language="fr")
    assert file_names(hits) == ["pare-feu.txt"]


async def test_addresses_are_file_urls_of_the_real_path(library: Path) -> None:
    (library / "two words é.txt").write_text("zebra crossing", encoding="utf-8")
    hits = await search(Folder([library]), "zebra")
    assert hits[0].url == (library / "two words é.txt").as_uri()


async def test_no_hits_is_an_empty_list(library: Path) -> None:
    assert list(await search(Folder([library]), "What is the airspeed of the starship Zorblax?")) == []


async def test_it_keeps_the_limit(library: Path) -> None:
    for number in range(5):
        (library / f"{number}.txt").write_text("disk space", encoding="utf-8")
    assert len(await search(Folder([library]), "disk space", limit=3)) == 3


@pytest.mark.parametrize(
    "text", ['disk" OR (space)*', "NEAR(disk, space)", "disk AND NOT space", "title:disk", "^disk -space", "_ disk"]
)
async def test_a_question_is_words_and_never_search_syntax(library: Path, text: str) -> None:
    assert "vacuum.md" in file_names(await search(Folder([library]), text))


@pytest.mark.parametrize("text", ["?!", '"', "_", "中文"])
async def test_a_question_without_known_words_finds_nothing(library: Path, text: str) -> None:
    assert list(await search(Folder([library]), text)) == []


async def test_two_searches_may_run_at_once_and_leave_nothing_on_the_instance(library: Path) -> None:
    folder = Folder([library])
    before = dict(vars(folder))
    found = await asyncio.gather(*(search(folder, text) for text in ("disk space", "nftables") * 4))
    assert [file_names(hits) for hits in found] == [["vacuum.md"], ["pare-feu.txt"]] * 4
    assert vars(folder) == before


async def test_a_missing_folder_is_reported_beside_the_hits(library: Path, tmp_path: Path) -> None:
    hits = await search(Folder([library, tmp_path / "gone"]), "disk space")
    assert file_names(hits) == ["vacuum.md"]
    gone = tmp_path / "gone"
    assert [(report.provider, report.error) for report in hits.upstream] == [
        (str(gone), f"folder: {gone} does not exist; create it or correct FOOTNOTE_FOLDERS")
    ]


async def test_a_folder_of_our_own_need_not_exist_yet(library: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder = Folder([library, data / "library"], data / "folder.sqlite3")
    assert (await search(folder, "disk space")).upstream == ()
    (data / "library").mkdir(parents=True)
    (data / "library" / "new.txt").write_text("disk space", encoding="utf-8")
    assert set(file_names(await search(folder, "disk space"))) == {"vacuum.md", "new.txt"}


async def test_with_no_folder_at_all_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProviderUnavailable, match=r"folder: \S*gone does not exist; create it"):
        await search(Folder([tmp_path / "gone"]), "disk")
    with pytest.raises(ProviderUnavailable, match="folder: no folder to search; set FOOTNOTE_FOLDERS"):
        await search(Folder.from_env({}), "disk")


async def test_it_is_configured_by_a_list_of_paths(library: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "more.txt").write_text("disk space", encoding="utf-8")
    index = tmp_path / "data" / "folder.sqlite3"
    env = {"FOOTNOTE_FOLDERS": f"{library}:{other}", "FOOTNOTE_FOLDER_INDEX": str(index)}
    assert set(file_names(await search(Folder.from_env(env), "disk space"))) == {"vacuum.md", "more.txt"}
    assert index.is_file()
