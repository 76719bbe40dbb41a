from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest

from assistant.cli import parser
from assistant.cli.ask import chosen_options
from assistant.cli.transcript import Transcript
from assistant.events import AnswerFinished, PageRead
from assistant.evidence import Answer, AnswerStatus, Citation, PageReport, PageStatus

URL = "https://a.example/"
PAGE = PageReport(url=URL, status=PageStatus.READ, from_cache=True, age_s=250)
CITATION = Citation(
    number=1, url=URL, title="A", published=None, passage="p", quote="A quote.", start=0, end=8, support=1
)


def printed(page: PageReport) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    transcript = Transcript(out, err)
    transcript(PageRead(elapsed_s=1, report=page))
    answer = Answer(question="?", status=AnswerStatus.ANSWERED, citations=(CITATION,), pages=(page,))
    transcript(AnswerFinished(elapsed_s=2, answer=answer))
    return out.getvalue(), err.getvalue()


def test_a_page_from_the_cache_is_shown_with_its_age() -> None:
    out, err = printed(PAGE)
    assert f"    {URL} (read 4 minutes ago)\n" in out
    assert f"read {URL} (read 4 minutes ago)" in err


def test_a_page_read_for_the_question_is_shown_without() -> None:
    out, _ = printed(replace(PAGE, from_cache=False, age_s=None))
    assert f"    {URL}\n" in out


@pytest.mark.parametrize("command", ["ask", "search"])
def test_refresh_is_an_option_of_the_question(command: str) -> None:
    assert chosen_options(parser().parse_args([command, "--refresh", "Why?"])).refresh
    assert not chosen_options(parser().parse_args([command, "Why?"])).refresh
