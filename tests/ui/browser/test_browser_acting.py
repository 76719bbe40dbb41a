"""What a reader takes along: files that the browser really saves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from assistant.bundle_json import decode_bundle
from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import QUESTION, ask

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "suffix"), [("PDF", "pdf"), ("Markdown", "md"), ("HTML", "html"), ("JSON", "json")])
def test_an_answer_is_saved_as_a_file(visit: Visit, tmp_path: Path, name: str, suffix: str) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name=f"This answer as {name}").click()
    assert saved.value.suggested_filename.startswith("How-do-I-add-a-retriever-")
    path = tmp_path / f"answer.{suffix}"
    saved.value.save_as(path)
    if suffix == "pdf":
        assert "Entry points are a mechanism" in PdfReader(path).pages[0].extract_text()
        return
    written = path.read_text(encoding="utf-8")
    assert "Entry points are a mechanism" in written
    if suffix == "json":
        assert json.loads(written)["answers"][0]["question"] == QUESTION


def test_a_bundle_to_replay_is_read_and_saved_when_it_is_asked_for(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="This answer as a JSON bundle to replay").click()
    path = tmp_path / "answer.bundle.json"
    saved.value.save_as(path)
    assert decode_bundle(path.read_text(encoding="utf-8")).question == QUESTION


def test_a_question_put_otherwise_is_a_branch_that_a_reload_keeps(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    page.get_by_text("Written by").wait_for()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Ask it this way instead").fill("How do I remove one?")
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()
    page.get_by_text("2 of 2").wait_for()
    page.get_by_text("Written by").wait_for()
    page.reload()
    page.get_by_role("heading", name="How do I remove one?").wait_for()
    page.get_by_role("button", name="Earlier wording").click()
    page.get_by_role("heading", name=QUESTION).wait_for()
    page.reload()
    page.get_by_text("1 of 2").wait_for()
    assert page.get_by_role("heading", name="How do I remove one?").count() == 0
