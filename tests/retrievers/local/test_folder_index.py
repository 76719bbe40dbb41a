"""The word index: fresh after every change, and mended when it breaks."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from retrievers.local.folder_index import MAX_FILE_BYTES, FolderIndex


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


@pytest.fixture
def index(tmp_path: Path) -> FolderIndex:
    return FolderIndex(tmp_path / "data" / "index.sqlite3")


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def found(index: FolderIndex, root: Path, *words: str) -> list[str]:
    return [file.path.name for file in index.find(words, [root], limit=10, refresh_s=60).files]


def test_files_are_found_by_any_case_and_accent(index: FolderIndex, root: Path) -> None:
    write(root, "a.txt", "Le RÉSEAU local")
    assert found(index, root, "reseau") == found(index, root, "Réseau") == ["a.txt"]


def test_a_plural_finds_the_singular_and_back(index: FolderIndex, root: Path) -> None:
    write(root, "one.txt", "add a retriever")
    write(root, "many.txt", "add retrievers")
    assert set(found(index, root, "retrievers")) == set(found(index, root, "retriever")) == {"one.txt", "many.txt"}


def test_a_title_tells_more_than_a_mention(index: FolderIndex, root: Path) -> None:
    write(root, "mention.md", "# Other things\n\nOnce the word firewall occurs here among others.")
    write(root, "about.md", "# Firewall\n\nHow packets are filtered by rules of the kernel here.")
    assert found(index, root, "firewall") == ["about.md", "mention.md"]


def test_one_word_of_a_long_question_is_not_enough(index: FolderIndex, root: Path) -> None:
    write(root, "a.txt", "disk drives")
    assert found(index, root, "reclaim", "disk", "space", "PostgreSQL") == []
    assert found(index, root, "disk", "PostgreSQL") == ["a.txt"]


def test_new_files_are_found_at_once(index: FolderIndex, root: Path) -> None:
    assert found(index, root, "zebra") == []
    write(root, "a.txt", "zebra")
    assert found(index, root, "zebra") == ["a.txt"]


def test_a_changed_file_is_read_again(index: FolderIndex, root: Path) -> None:
    path = write(root, "a.txt", "zebra")
    found(index, root, "zebra")
    path.write_text("heron", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert found(index, root, "zebra") == []
    assert found(index, root, "heron") == ["a.txt"]


def test_a_deleted_file_vanishes(index: FolderIndex, root: Path) -> None:
    path = write(root, "a.txt", "zebra")
    found(index, root, "zebra")
    path.unlink()
    assert found(index, root, "zebra") == []


def test_files_of_a_root_that_is_no_longer_searched_vanish(index: FolderIndex, root: Path, tmp_path: Path) -> None:
    write(root, "a.txt", "zebra")
    found(index, root, "zebra")
    assert found(index, tmp_path / "data", "zebra") == []


def test_hidden_files_and_other_kinds_are_left_out(index: FolderIndex, root: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "sub/.secret/b.md", "program.py", "picture.png"):
        write(root, name, "zebra")
    write(root, "sub/shown.HTML", "<p>zebra</p>")
    assert found(index, root, "zebra") == ["shown.HTML"]


def test_a_root_in_a_hidden_place_is_searched(index: FolderIndex, tmp_path: Path) -> None:
    root = tmp_path / ".local" / "library"
    write(root, "a.txt", "zebra")
    assert found(index, root, "zebra") == ["a.txt"]


def test_links_are_not_followed_out_of_the_root(index: FolderIndex, root: Path, tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.txt", "zebra")
    (root / "file.txt").symlink_to(outside)
    (root / "folder").symlink_to(outside.parent)
    (root / "up").symlink_to("..")
    assert found(index, root, "zebra") == []


def test_a_root_that_is_a_link_is_searched_at_its_real_path(index: FolderIndex, root: Path, tmp_path: Path) -> None:
    write(root, "a.txt", "zebra")
    (tmp_path / "link").symlink_to(root)
    files = index.find(["zebra"], [tmp_path / "link", root], limit=10, refresh_s=60).files
    assert [file.path for file in files] == [root.resolve() / "a.txt"]


def test_a_huge_file_is_left_out(index: FolderIndex, root: Path) -> None:
    with write(root, "huge.txt", "zebra ").open("ab") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert found(index, root, "zebra") == []


def test_an_unreadable_file_is_found_by_its_name(index: FolderIndex, root: Path) -> None:
    write(root, "zebra.pdf", "this is no PDF")
    write(root, "other.txt", "heron")
    assert found(index, root, "zebra") == ["zebra.pdf"]


def test_reading_stops_when_time_is_up_and_goes_on_next_time(tmp_path: Path, root: Path) -> None:
    for number in range(3):
        write(root, f"{number}.txt", "zebra")
    seconds: Iterator[int] = count()
    slow = FolderIndex(tmp_path / "index.sqlite3", clock=lambda: next(seconds))
    states = [slow.find(["zebra"], [root], limit=10, refresh_s=1) for _ in range(3)]
    assert [(len(state.files), state.unread) for state in states] == [(1, 2), (2, 1), (3, 0)]


def test_the_index_outlives_the_process(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "index.sqlite3"
    file = write(root, "a.txt", "zebra")
    state = file.stat()
    assert found(FolderIndex(path), root, "zebra") == ["a.txt"]
    file.write_text("heron", encoding="utf-8")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # same time and size: taken as unchanged
    assert found(FolderIndex(path), root, "zebra") == ["a.txt"]


def test_a_broken_index_is_set_aside_and_built_anew(
    tmp_path: Path, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "index.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    write(root, "a.txt", "zebra")
    assert found(FolderIndex(path), root, "zebra") == ["a.txt"]
    assert path.with_name("index.sqlite3.broken").read_bytes().startswith(b"this is no database")
    assert "set aside" in caplog.text
    assert found(FolderIndex(path), root, "zebra") == ["a.txt"]


def test_an_index_that_breaks_while_it_is_open_is_built_anew(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "index.sqlite3"
    index = FolderIndex(path)
    write(root, "a.txt", "zebra")
    assert found(index, root, "zebra") == ["a.txt"]
    path.write_bytes(b"\xff" * path.stat().st_size)
    assert found(index, root, "zebra") == ["a.txt"]


def test_an_index_of_another_version_is_built_anew(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "index.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    write(root, "a.txt", "zebra")
    assert found(FolderIndex(path), root, "zebra") == ["a.txt"]


def test_where_nothing_can_be_written_the_index_lives_in_memory(
    tmp_path: Path, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    index = FolderIndex(tmp_path / "file" / "index.sqlite3")
    write(root, "a.txt", "zebra")
    with caplog.at_level(logging.WARNING):
        assert found(index, root, "zebra") == ["a.txt"]
        assert found(index, root, "zebra") == ["a.txt"]
    assert caplog.text.count("kept in memory") == 1


def test_an_index_that_another_process_is_writing_does_not_stop_a_search(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "index.sqlite3"
    write(root, "a.txt", "zebra")
    assert found(FolderIndex(path), root, "zebra") == ["a.txt"]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert found(FolderIndex(path, locked_s=0.01), root, "zebra") == ["a.txt"]
    finally:
        other.execute("ROLLBACK")
        other.close()
