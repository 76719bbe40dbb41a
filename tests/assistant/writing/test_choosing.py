from dataclasses import replace
from datetime import UTC, datetime

from assistant.evidence import Citation, Passage
from assistant.writing.choosing import nearest
from assistant.writing.quoting import best_quote

QUESTION = "How tall is the Ostrel tower?"


def page(number: int, text: str, **more: float) -> Passage:
    return Passage(id=str(number), url=f"https://{number}.test/", title="", text=text, start=0, **more)


def chosen(question: str, *passages: Passage, count: int = 5) -> list[int]:
    evidence = dict(enumerate(passages, 1))
    quotes: list[Citation] = [best_quote(question, number, one, "en") for number, one in evidence.items()]
    return [quote.number for quote in nearest(question, quotes, evidence, "en", count)]


def test_what_gives_the_figure_comes_before_what_merely_says_the_words() -> None:
    words_only = page(1, "The tall tower of Ostrel stands beside the old market hall.")
    figure = page(2, "The tower in the middle of Ostrel is 86 metres tall to its tip.")
    assert chosen(QUESTION, words_only, figure)[0] == 2


def test_nearness_of_meaning_puts_one_before_another_that_says_as_many_words() -> None:
    text = "The tower in the middle of Ostrel is {} metres tall to its tip, people {} say."
    far, near = (page(n, text.format(80 + n, word * 40), nearness=x) for n, word, x in ((1, "a", 0.8), (2, "b", 0.9)))
    assert chosen(QUESTION, far, near) == [2, 1]


def test_a_quotation_far_behind_the_best_is_not_shown() -> None:
    good = page(1, "The tower in the middle of Ostrel is 86 metres tall to its tip.")
    menu = page(2, "Home Contact Search Tools Donate Random article Help.")
    assert chosen(QUESTION, good, menu) == [1]
    assert chosen(QUESTION, menu) == [1]


def test_copies_are_shown_once_and_no_more_than_wanted() -> None:
    text = "The tower in the middle of Ostrel is 86 metres tall to its tip."
    other = page(3, "Ostrel has a tower of concrete and glass that is 86 metres tall.")
    assert chosen(QUESTION, page(1, text), page(2, text), other) == [1, 3]
    assert chosen(QUESTION, page(1, text), page(2, text), other, count=1) == [1]


def test_a_question_about_now_prefers_what_is_new() -> None:
    old = page(1, "The mayor of Ostrel is Ada Brunn, who won the vote of the town.")
    new = page(2, "The mayor of Ostrel is Carl Dorn, who won a second vote in town.")
    old, new = (replace(one, published=datetime(year, 1, 1, tzinfo=UTC)) for one, year in ((old, 2011), (new, 2026)))
    assert chosen("Who is the current mayor of Ostrel?", old, new)[0] == 2
    assert chosen("Who was a mayor of Ostrel?", old, new)[0] == 1


def test_words_that_two_languages_share_do_not_put_one_quotation_before_another() -> None:
    words_only = page(
        1, "With the option pattern, git branch lists the branches that match the given pattern.", nearness=0.85
    )
    meant = page(
        2, "The remote ones are shown by the option -r, and all of them together by the option -a.", nearness=0.88
    )
    question = "Comment lister les branches distantes avec git branch ?"
    evidence = {1: words_only, 2: meant}
    quotes = [best_quote(question, number, one, "fr") for number, one in evidence.items()]
    assert [quote.number for quote in nearest(question, quotes, evidence, "fr", 2)] == [2, 1]
    assert nearest("How does git branch list branches?", quotes, evidence, "en", 2)[0].number == 1


def test_where_a_page_speaks_of_what_is_named_the_others_are_not_quoted() -> None:
    named = replace(
        page(1, "PRAGMA integrity_check looks over the whole file and tells what is broken."), title="SQLite"
    )
    beside = replace(page(2, "This command checks the integrity of a database of packages."), title="Packages")
    question = "Which command checks the integrity of a SQLite database?"
    assert chosen(question, named, beside) == [1]
    assert chosen("Which command checks the integrity of a database?", named, beside)[0] == 2
