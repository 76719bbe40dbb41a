import asyncio
from collections.abc import Callable
from contextlib import aclosing

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from assistant.errors import ModelError, PromptTooLong
from assistant.evidence import TokenCount
from assistant.writing.generation import End, Run, sentences

Scripted = Callable[..., BaseChatModel]
ASKED = [HumanMessage("Why?")]


async def said(chat: BaseChatModel, run: Run | None = None, *, deadline_s: float | None = None) -> list[str]:
    written = sentences(chat, ASKED, max_tokens=50, run=run or Run(), deadline_s=deadline_s)
    return [sentence async for sentence in written]


@pytest.mark.parametrize("piece_chars", [1, 3, 7, 1000])
async def test_sentences_are_the_same_however_the_text_is_cut(scripted: Scripted, piece_chars: int) -> None:
    text = "Dr. Smith measured 3.5 km [1]. It took approx. 20 minutes, e.g. on foot.\n\n1. **Rest** now\n2. Go on"
    expected = ["Dr. Smith measured 3.5 km.", "It took approx. 20 minutes, e.g. on foot.", "Rest now", "Go on"]
    assert await said(scripted(text=text, piece_chars=piece_chars)) == expected
    text = "They left Acme Inc. Anderson for good. It is over."
    assert await said(scripted(text=text, piece_chars=piece_chars)) == [text[:38], text[39:]]


async def test_a_sentence_is_given_while_the_model_still_writes(scripted: Scripted) -> None:
    chat = scripted(text="The first is done. The second goes on", silent=True)
    async with aclosing(sentences(chat, ASKED, max_tokens=50, run=Run())) as written:
        assert await anext(written) == "The first is done."


async def test_a_lead_waits_for_the_first_item_of_its_list(scripted: Scripted) -> None:
    text = "To free space:\n- run VACUUM FULL\n- drop the table"
    assert await said(scripted(text=text)) == ["To free space: - run VACUUM FULL", "drop the table"]


async def test_the_token_limit_is_passed_on_and_its_cut_tail_dropped(scripted: Scripted) -> None:
    chat = scripted(text="The first is done. The second is c", finish_reason="length", usage=(7, 50))
    run = Run()
    assert await said(chat, run) == ["The first is done."]
    assert chat.options["max_tokens"] == 50
    assert run.end is End.LENGTH
    assert run.tokens == TokenCount(prompt=7, completion=50)


async def test_the_deadline_drops_the_cut_tail_and_closes_the_model(scripted: Scripted) -> None:
    chat = scripted(text="The first is done. The second is c", silent=True)
    run = Run()
    assert await said(chat, run, deadline_s=0.05) == ["The first is done."]
    assert run.end is End.DEADLINE
    assert chat.closed


async def test_repeating_itself_ends_the_text_and_closes_the_model(scripted: Scripted) -> None:
    chat = scripted(text="It is red. It is big. It is RED! It is never said.", silent=True)
    run = Run()
    assert await said(chat, run) == ["It is red.", "It is big."]
    assert run.end is End.REPEATED
    assert chat.closed


async def test_closing_early_closes_the_model(scripted: Scripted) -> None:
    chat = scripted(text="The first is done. The second goes on", silent=True)
    async with aclosing(sentences(chat, ASKED, max_tokens=50, run=Run())) as written:
        await anext(written)
    assert chat.closed


async def test_cancellation_passes_through_and_closes_the_model(scripted: Scripted) -> None:
    chat = scripted(text="The first", silent=True)
    task = asyncio.create_task(said(chat))
    await chat.started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert chat.closed


async def test_whatever_the_model_raises_is_a_model_error_in_one_line(scripted: Scripted) -> None:
    with pytest.raises(ModelError, match=r"^the model broke off: RuntimeError: out of memory on device 0$"):
        await said(scripted(error=RuntimeError("out of memory\n on device 0")))


async def test_a_timeout_of_the_models_own_is_an_error_not_our_deadline(scripted: Scripted) -> None:
    with pytest.raises(ModelError, match="TimeoutError"):
        await said(scripted(error=TimeoutError("read")), deadline_s=60)


async def test_our_own_model_errors_stay_what_they_are(scripted: Scripted) -> None:
    with pytest.raises(PromptTooLong):
        await said(scripted(error=PromptTooLong("5,000 tokens")))


async def test_every_piece_of_text_is_told(scripted: Scripted) -> None:
    told: list[int] = []
    chat = scripted(text="abcdefgh", piece_chars=4)
    async for _ in sentences(chat, ASKED, max_tokens=50, run=Run(), on_token=lambda: told.append(1)):
        pass
    assert len(told) == 2
