"""What a reader takes along: files that the browser really saves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ui.browser.conftest import Visit
from tests.ui.browser.manners import QUESTION, ask

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "suffix"), [("Markdown", "md"), ("HTML", "html"), ("JSON", "json")])
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
    written = path.read_text(encoding="utf-8")
    assert "Entry points are a mechanism" in written
    if suffix == "json":
        assert json.loads(written)["answers"][0]["question"] == QUESTION
