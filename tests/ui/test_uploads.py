"""What is attached is kept under its own name while its page is open, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from ui.uploads import KEPT_S, clear_old, remove, write


def upload(name: str, body: bytes = b"nine crowns") -> SimpleNamespace:
    return SimpleNamespace(name=name, getvalue=lambda: body)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("minutes of May.txt", "minutes of May.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\plan.docx", "plan.docx"),
        ("gnp\u202etxt.exe.pdf", "gnptxt.exe.pdf"),
        ("a" * 300 + ".pdf", "a" * 100 + ".pdf"),
        ("\x00", "file"),
    ],
)
def test_a_file_keeps_its_name_and_never_leaves_its_folder(tmp_path: Path, name: str, kept: str) -> None:
    path = Path(write(tmp_path, upload(name)))
    assert path.name == kept
    assert path.parent.parent == tmp_path
    assert path.read_bytes() == b"nine crowns"


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    assert write(tmp_path, upload("a.txt", b"1")) != write(tmp_path, upload("a.txt", b"2"))
    assert len(list(tmp_path.rglob("a.txt"))) == 2


def test_the_folder_of_a_closed_page_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    write(folder, upload("a.txt"))
    remove(folder)
    assert not folder.exists()


def test_what_a_killed_server_left_goes_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    os.utime(old, (1_000_000, 1_000_000))
    clear_old(tmp_path, now_s=1_000_000 + KEPT_S + 1)
    assert not old.exists()
    assert new.exists()
    clear_old(tmp_path / "nowhere")
