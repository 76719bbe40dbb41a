from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BlockedAddress, NotText, Unreachable
from assistant.reading.documents import read_document


def test_a_document_below_a_root_is_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "né 1.md"
    path.write_text("# Vanes", encoding="utf-8")
    document = read_document(path.as_uri(), [tmp_path])
    assert (document.body, document.content_type) == (b"# Vanes", "text/markdown")


def test_a_document_outside_the_roots_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    outside = tmp_path / "secret.txt"
    outside.write_text("secret", encoding="utf-8")
    sneaking = f"{root.as_uri()}/../secret.txt"
    for url in (outside.as_uri(), sneaking, "file:///etc/passwd", "file://server/share/x.txt"):
        with pytest.raises(BlockedAddress):
            read_document(url, [root])


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(BlockedAddress, match="outside"):
        read_document((root / "link.txt").as_uri(), [root])


def test_a_missing_document_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"gone\.md"):
        read_document((tmp_path / "gone.md").as_uri(), [tmp_path])


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.unknownkind").write_bytes(b"x")
    with pytest.raises(NotText, match="unknownkind"):
        read_document((tmp_path / "data.unknownkind").as_uri(), [tmp_path])
