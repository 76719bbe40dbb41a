"""Documents of every format that is read, each made here and small."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.web.loopback import PAGES

__all__ = ["ATOM", "JSON", "PARAGRAPH", "RDF", "RSS", "WORD", "documents", "docx", "pdf"]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARAGRAPH = "<w:p><w:r><w:t>The vane weighs 2 kg.</w:t></w:r></w:p>"
JSON = json.dumps({"name": "Vane", "size": {"height": 2}, "parts": [{"id": 1}, {"id": 2}], "tags": ["a", "b"]})
RSS = """<?xml version="1.0"?>%s<rss version="2.0"><channel><title>Vane news</title><language>en</language>
<item><title>Oiled</title><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>
<description>&lt;p&gt;The vane was &lt;b&gt;oiled&lt;/b&gt;.&lt;/p&gt;&lt;p hidden&gt;Secret&lt;/p&gt;</description>
</item>
</channel></rss>"""
"""With room for a DTD."""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Vane news</title><entry><title>Oiled</title>
<updated>2024-03-05T10:00:00Z</updated><content type="html">&lt;p&gt;The vane was oiled.&lt;/p&gt;</content></entry>
</feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><title>Vane news</title></channel>
<item><title>Oiled</title><description>The vane was oiled.</description></item>
</rdf:RDF>"""


def docx(document: str = PARAGRAPH, head: str = "") -> bytes:
    """Write a Word document of some paragraphs in its own XML."""
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="r1" Type="{kind}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{NAMESPACE}"><w:body>{document}</w:body></w:document>',
    }
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return body.getvalue()


def pdf(pages: Sequence[str], *, compressed: bool = False) -> bytes:
    """Write a PDF of a line of text for each page."""
    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    for words in pages:
        page = writer.add_blank_page(width=300, height=100)
        fonts = DictionaryObject({NameObject("/F1"): named})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 50 Td ({words}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode() if compressed else stream)
    body = BytesIO()
    writer.write(body)
    return body.getvalue()


def documents() -> list[tuple[bytes, str]]:
    """Give a document of every format, with its media type."""
    lines = [f"Page {number} tells how vanes are oiled." for number in range(12)]
    long = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    made = [
        (pdf(lines[:1]), "application/pdf"),
        (pdf(lines, compressed=True), "application/pdf"),
        (docx(), WORD),
        (docx(long), WORD),
        (JSON.encode(), "application/json"),
        ((RSS % "").encode(), "application/rss+xml"),
        (ATOM.encode(), "application/atom+xml"),
        (b"# Vanes\n\n| Size | Weight |\n|---|---|\n| small | 2 kg |\n\n- oil\n- paint\n", "text/markdown"),
    ]
    return made + [(path.read_bytes(), "text/html") for path in sorted(PAGES.glob("*.html"))]
