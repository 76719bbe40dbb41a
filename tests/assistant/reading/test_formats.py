from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from assistant.errors import BuiltByScripts, NotText
from assistant.evidence import Page
from assistant.reading import extract
from tests.web.made import JSON, PARAGRAPH, RSS, WORD, docx, pdf


def read(body: bytes | str, content_type: str = "text/html", url: str = "https://a.example/x") -> Page:
    return extract(body.encode() if isinstance(body, str) else body, url, content_type)


def test_a_word_document_is_read_by_its_signature() -> None:
    for content_type in (WORD, "application/octet-stream"):
        assert read(docx(), content_type).text == "The vane weighs 2 kg."


@pytest.mark.parametrize(
    "body", [docx(PARAGRAPH + " " * 90_000_000), docx(head="<!DOCTYPE x [<!ENTITY a 'b'>]>"), docx("<w:p>")]
)
def test_a_word_document_that_would_explode_or_is_broken_is_refused(body: bytes) -> None:
    with pytest.raises(NotText, match=r"a\.example.*Word"):
        read(body, WORD)


def test_a_pdf_says_where_each_of_its_pages_begins() -> None:
    page = read(pdf(["First vane.", "", "Third vane."]), "application/pdf")
    assert page.text == "First vane.\n\nThird vane."
    assert [page.text[offset:][:5] for offset in page.page_offsets] == ["First", "Third", "Third"]


def test_a_pdf_with_an_unknown_filter_is_refused() -> None:
    body = pdf(["First vane."], compressed=True).replace(b"/FlateDecode", b"/FlatoDecode")
    with pytest.raises(NotText, match=r"a\.example.*a PDF that cannot be read"):
        read(body, "application/pdf")


def test_json_is_read_as_lines_that_name_their_values() -> None:
    page = read(JSON, "application/json")
    assert page.title == "Vane"
    assert page.text == "name: Vane\nsize.height: 2\n\nparts.id: 1\n\nparts.id: 2\ntags: a, b"


@pytest.mark.parametrize("body", ["[" * 100_000, "{", ""])
def test_broken_json_is_refused(body: str) -> None:
    with pytest.raises(NotText):
        read(body, "application/json")


@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/xml", ""])
def test_a_feed_is_read_as_its_entries_with_their_days(content_type: str) -> None:
    page = read(RSS % "", content_type)
    assert (page.title, page.modified) == ("Vane news", datetime(2024, 3, 5, 10, tzinfo=UTC))
    assert page.text == "Vane news\n\nOiled\n\n2024-03-05\n\nThe vane was oiled."


@pytest.mark.parametrize("number", [b"&#x110000;", b"&#xd800;"])
def test_a_broken_feed_with_a_number_that_is_no_character_is_refused(number: bytes) -> None:
    with pytest.raises(NotText, match="cannot be parsed"):
        extract(b"<rss><channel><item><title>A " + number, "https://a.example/feed", "application/rss+xml")


def test_a_feed_with_a_dtd_is_refused() -> None:
    with pytest.raises(NotText, match="DTD"):
        read(RSS % "<!DOCTYPE rss [<!ENTITY a 'b'>]>", "application/rss+xml")


def test_numbers_in_a_table_carry_the_names_of_their_columns() -> None:
    markup = """<table><tr><th>City<th colspan=2>Rain</tr><tr><td rowspan=2>Ostrava<td>12 mm<td>dry</tr>
    <tr><td>14 mm<td>wet</tr></table>"""
    assert read(markup).text.split("\n") == [
        "City | Rain",
        "Ostrava | Rain: 12 mm | dry",
        "Ostrava | Rain: 14 mm | wet",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<div id=root></div><script>render()</script>",
        "<noscript>Please enable JavaScript to run this app.</noscript><p>Loading<script>render()</script>",
        "<a href='#main'>Skip to main content</a><script>render()</script>",
    ],
)
def test_a_page_built_by_scripts_is_told_as_such(body: str) -> None:
    with pytest.raises(BuiltByScripts, match=r"a\.example.*built by scripts"):
        read(f"<html><body>{body}</body></html>")


def test_prices_are_values_and_never_text() -> None:
    stated = {"@type": "Product", "name": "Vane", "offers": {"price": "19.50", "priceCurrency": "EUR"}}
    page = read(f'<script type="application/ld+json">{json.dumps(stated)}</script><p>Buy the thing here.</p>')
    assert [(value.name, value.value, value.unit) for value in page.values] == [("Vane: price", 19.5, "EUR")]
    assert "19.50" not in page.text


@pytest.mark.parametrize(
    ("head", "url", "published", "modified"),
    [
        ('<script type="application/ld+json">{"datePublished":"2022-05-06T10:00+02:00"}</script>', "", 8, None),
        ("", "2022/05/06/vane", 0, None),
        ('<meta property="article:modified_time" content="2022-06-01">', "2022/05/06/vane", 0, 6),
        ('<meta property="article:modified_time" content="2021-06-01">', "2022/05/06/vane", 0, None),
    ],
)
def test_dates_of_publication_and_change(head: str, url: str, published: int, modified: int | None) -> None:
    page = read(f"<html><head>{head}</head><p>Text of the page.</p>", url=f"https://a.example/{url}")
    assert page.published == datetime(2022, 5, 6, published, tzinfo=UTC)
    assert (page.modified.month if page.modified else None) == modified
    assert page.date_confidence is not None


def test_two_places_that_agree_make_a_date_surer_than_two_that_do_not() -> None:
    head = '<html><head><meta property="article:published_time" content="2022-05-06"></head><p>Text.</p>'
    agreed = read(head, url="https://a.example/2022/05/06/vane").date_confidence
    disputed = read(head, url="https://a.example/2020/01/01/vane").date_confidence
    assert agreed is not None
    assert disputed is not None
    assert disputed < agreed


@pytest.mark.parametrize(
    ("stated", "canonical"),
    [
        ("https://www.a.example/y?b=1#c", "https://www.a.example/y?b=1"),
        ("/y", "https://a.example/y"),
        ("https://b.example/y", None),
        ("https://a.example/", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
    ],
)
def test_a_canonical_address_is_believed_on_the_same_site_only(stated: str, canonical: str | None) -> None:
    assert read(f"<html><head><link rel=canonical href='{stated}'></head><p>Text.</p>").canonical == canonical


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>The vane - Vane News</title><meta property='og:title' content='The vane'>", "The vane"),
        ("<title>The long vane | Vane News</title><meta property='og:site_name' content='Vane News'>", "The long vane"),
        ("<title>The vane - a history</title>", "The vane - a history"),
        ("<meta property='og:title' content='The vane'>", "The vane"),
    ],
)
def test_a_title_goes_without_the_name_of_its_site(head: str, title: str) -> None:
    assert read(f"<html><head>{head}</head><body><p>Text of the page.</p>").title == title


def test_a_language_that_is_plainly_wrong_is_not_believed() -> None:
    french = "La girouette tourne avec le vent, et elle est huilée chaque année par le gardien. " * 8
    assert read(f"<html lang=en><p>{french}</p>").language == "fr"
    assert read("<html lang=fr><p>Ok, the vane.</p>").language == "fr"
