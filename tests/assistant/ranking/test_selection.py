"""What goes into the prompt."""

from __future__ import annotations

from dataclasses import replace

from assistant.evidence import Passage
from assistant.ranking.selection import estimate_tokens, select, trimmed


def passage(number: int, *, page: int | None = None, words: int = 20) -> Passage:
    text = f"Passage {number}: " + " ".join(f"w{number}x{position}" for position in range(words))
    return Passage(
        id=f"p{number}", url=f"https://a.test/{number if page is None else page}", title="", text=text, start=0
    )


async def chosen(ranked: list[Passage], *, token_budget: int = 10_000, limit: int = 6) -> list[str]:
    return [found.id async for found in select(ranked, token_budget=token_budget, limit=limit)]


async def test_the_best_come_first_up_to_the_limit() -> None:
    assert await chosen([passage(number) for number in range(9)], limit=3) == ["p0", "p1", "p2"]


async def test_one_page_gives_four_at_most() -> None:
    ranked = [passage(number, page=1) for number in range(6)] + [passage(9)]
    assert await chosen(ranked) == ["p0", "p1", "p2", "p3", "p9"]


async def test_the_budget_is_kept_and_filled_with_what_still_fits() -> None:
    ranked = [passage(0), passage(1, words=500), passage(2)]
    budget = estimate_tokens(ranked[0].text) + estimate_tokens(ranked[2].text)
    assert await chosen(ranked, token_budget=budget) == ["p0", "p2"]


async def test_what_was_taken_leaves_less_room() -> None:
    ranked = [passage(number) for number in range(4)]
    assert await chosen(ranked, token_budget=2 * estimate_tokens(ranked[0].text)) == ["p0", "p1"]


async def test_the_first_is_taken_whatever_its_size() -> None:
    assert await chosen([passage(0, words=500), passage(1)], token_budget=10) == ["p0"]


async def test_a_copy_of_a_chosen_passage_is_left_out() -> None:
    copy = Passage(id="copy", url="https://b.test/", title="", text=passage(0).text.upper() + "!", start=0)
    assert await chosen([passage(0), copy, passage(1)]) == ["p0", "p1"]


async def test_the_best_of_copies_knows_the_other_pages_that_carry_one() -> None:
    first = passage(0)
    ranked = [first, replace(first, id="copy", url="https://b.test/"), replace(first, id="again"), passage(1)]
    found = [one async for one in select(ranked, token_budget=10_000)]
    assert [(one.id, one.copies) for one in found] == [("p0", ("https://b.test/",)), ("p1", ())]


async def test_a_copy_with_another_number_or_name_is_no_copy() -> None:
    told = replace(passage(0), text=passage(0).text + " It was built in 1856.")
    other = replace(told, id="other", url="https://b.test/", text=told.text.replace("1856", "1900"))
    again = replace(other, id="again", url="https://c.test/")
    found = [one async for one in select([told, other, again, passage(1)], token_budget=10_000)]
    assert [(one.id, one.copies) for one in found] == [("p0", ()), ("other", ("https://c.test/",)), ("p1", ())]


async def test_what_says_something_new_goes_before_what_nearly_repeats() -> None:
    same = replace(passage(0), id="same", url="https://b.test/", text=passage(0).text.replace("x1", "y1"), score=0.9)
    ranked = [replace(passage(0), score=1.0), same, replace(passage(1), score=0.85)]
    assert await chosen(ranked, limit=2) == ["p0", "p1"]


async def test_what_is_far_less_fitting_does_not_come_first_for_being_different() -> None:
    text = " ".join(f"{word} w0x{place}" for place, word in enumerate(["some", "words", "stand", "between", "others"]))
    like = replace(passage(0), id="like", url="https://b.test/", text=text, score=0.9)
    ranked = [replace(passage(0), score=1.0), like, replace(passage(1), score=0.2)]
    assert await chosen(ranked) == ["p0", "like", "p1"]


async def test_passages_are_yielded_before_the_next_is_looked_at() -> None:
    selection = select([passage(0), passage(1)], token_budget=1_000)
    assert (await anext(selection)).id == "p0"
    await selection.aclose()


async def test_nothing_ranked_is_nothing_chosen() -> None:
    assert await chosen([]) == []


def test_tokens_are_estimated_rather_too_high_in_every_script() -> None:
    english = "The capital of Peru is Lima, which lies on the coast of the Pacific Ocean."  # 17 tokens for Qwen2
    japanese = "日本の首都は東京です。人工知能は世界中の生活を変えています。"  # 18 tokens for Qwen2
    assert 17 <= estimate_tokens(english) <= 24
    assert 18 <= estimate_tokens(japanese) <= 24
    assert estimate_tokens("") == 0


async def test_given_the_question_later_passages_are_trimmed_to_pieces_of_their_page() -> None:
    pages = [
        Passage(
            id=str(number),
            url=f"https://{number}.test/",
            title="",
            text=f"Page {number} says this{number} and{number} that{number}. Also{number} this{number}. "
            f"Rain{number} fell{number}. The cat sleeps on mat {number}. It{number} is blue{number}. "
            f"No{number} more{number}. The{number} end{number} here{number}.",
            start=7,
        )
        for number in range(1, 7)
    ]
    chosen = [one async for one in select(pages, token_budget=100, question="Where does the cat sleep?", language="en")]
    assert chosen[0] == pages[0]
    assert chosen[1].text == "Rain2 fell2. The cat sleeps on mat 2. It2 is blue2."
    whole = pages[1]
    assert whole.text[chosen[1].start - whole.start :].startswith(chosen[1].text)


async def test_few_passages_are_not_trimmed_where_all_of_them_fit() -> None:
    text = "The cat sleeps on the mat. It is blue. Rain fell on the hills. Page {0} says this{0} and{0} that{0}."
    pages = [Passage(id=name, url=f"https://{name}.test/", title="", text=text.format(name), start=0) for name in "abc"]
    question = "Where does the cat sleep?"
    assert [one async for one in select(pages, token_budget=900, question=question, language="en")] == pages


def test_what_stands_under_a_heading_stays_with_it_when_a_passage_is_trimmed() -> None:
    text = "Rain fell for days.\n\nThe weir\n\nIt is a low dam of stone and wood.\n\nMore rain fell at night."
    whole = Passage(id="a", url="https://a.test/", title="", text=text, start=0)
    assert (
        trimmed(whole, frozenset({"weir"}), "en", neighbours=0).text == "The weir\n\nIt is a low dam of stone and wood."
    )
