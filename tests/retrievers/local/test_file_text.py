"""Titles and words of local files of each kind."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from retrievers.local.file_text import FileText, read_file_text


def read(tmp_path: Path, name: str, content: bytes) -> FileText:
    path = tmp_path / name
    path.write_bytes(content)
    return read_file_text(path)


def pdf(words: str, title: str | None = None) -> bytes:
    """Make a PDF of one page that says something."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=300, height=100)
    font = DictionaryObject(
        {
            NameObject(key): NameObject(value)
            for key, value in {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}.items()
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 10 50 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def test_html_gives_its_title_and_what_is_visible(tmp_path: Path) -> None:
    page = b"<html><head><title>A \n title</title><style>p{}</style></head><p>Seen.</p><script>unseen()</script></html>"
    assert read(tmp_path, "a.html", page) == FileText(title="A title", text="Seen.")


def test_html_without_title_takes_its_first_heading(tmp_path: Path) -> None:
    assert read(tmp_path, "a.htm", b"<h1>Heading</h1><p>Text</p>").title == "Heading"


def test_xhtml_in_latin1_with_an_xml_prolog_is_read_without_a_warning(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="ISO-8859-1"?><html xmlns="x"><title>Réseau</title><p>été</p></html>'
    assert read(tmp_path, "a.xhtml", page.encode("latin-1")) == FileText(title="Réseau", text="été")


def test_markdown_is_named_by_its_first_heading(tmp_path: Path) -> None:
    found = read(tmp_path, "a.md", b"Intro\n\n## First ##\n\nText\n\n# Second\n")
    assert found == FileText(title="First", text="Intro First Text Second")


@pytest.mark.parametrize(
    "content", ["été".encode(), "été".encode("utf-8-sig"), "été".encode("utf-16"), "été".encode("cp1252")]
)
def test_text_of_any_usual_encoding_is_read(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, "summer.txt", content) == FileText(title="summer", text="été")


def test_a_pdf_gives_its_words_and_its_title(tmp_path: Path) -> None:
    assert read(tmp_path, "a.pdf", pdf("Reclaim disk space", "Manual")) == FileText(
        title="Manual", text="Reclaim disk space"
    )


def test_a_pdf_without_title_is_named_by_its_file(tmp_path: Path) -> None:
    assert read(tmp_path, "manual.pdf", pdf("words")).title == "manual"


def test_an_empty_file_has_only_its_name(tmp_path: Path) -> None:
    for name in ("empty.html", "empty.md", "empty.txt"):
        assert read(tmp_path, name, b"") == FileText(title="empty", text="")
