from collections.abc import Callable

from assistant.evidence import Passage
from assistant.writing.mentions import mentioning, unmentioned

MakePassage = Callable[..., Passage]
PACKAGES = "La commande dpkg -V vérifie tous les paquets installés et affiche ceux qui échouent au test d'intégrité."
CITY = "The city on the river had nine million inhabitants when they were counted, more than any other of the country."


def test_a_thing_is_mentioned_by_the_host_the_title_or_the_text_of_a_page(passage: MakePassage) -> None:
    question = "Which PRAGMA of SQLite checks a database?"
    text = "The pragma integrity_check looks for missing pages and malformed records of the database."
    assert unmentioned(question, [passage(text, title="Pragmas")], "en") == "sqlite"
    for known in (
        passage(text, url="https://www.sqlite.test/pragma.html", title="Pragmas"),
        passage(text, title="Pragma statements supported by SQLite"),
        passage(f"{text} SQLite has it.", title="Pragmas"),
    ):
        assert unmentioned(question, [known], "en") == ""


def test_a_name_that_may_be_another_in_another_language_need_not_stand_there(passage: MakePassage) -> None:
    pages = [passage(CITY, title="The largest cities"), passage(PACKAGES, title="Supervision")]
    assert unmentioned("Combien d'habitants a Londres ?", pages, "fr") == ""
    assert unmentioned("Combien d'habitants a Londres ?", pages[1:], "fr") == "londres"


def test_a_name_spelt_alike_everywhere_must_stand_on_a_page_in_any_language(passage: MakePassage) -> None:
    page = passage("The command fsck checks a file system and asks what should be mended.", title="Checking")
    assert unmentioned("Quelle commande SQLite vérifie une base ?", [page], "fr") == "sqlite"


def test_a_name_in_mixed_case_may_be_written_apart(passage: MakePassage) -> None:
    page = passage("On Mac OS the tool is installed with brew.", title="Installing")
    assert unmentioned("How do I install the tool on macOS?", [page], "en") == ""
    assert unmentioned("How does Rust handle memory?", [passage("In cotrust we trust.", title="Trust")], "en") == "rust"
    assert mentioning("How do I install it on macOS?", {1: page, 2: passage(PACKAGES, title="Packages")}, "en") == {1}


def test_passages_without_a_title_may_leave_out_what_they_are_about(passage: MakePassage) -> None:
    text = "Home teams won 57 percent of the games of the regular season."
    assert unmentioned("Is there a home advantage in the Tarsk league?", [passage(text)], "en") == ""
    assert unmentioned("Is there a home advantage in the Tarsk league?", [passage(text, title="Games")], "en")


def test_one_word_of_a_long_name_is_enough(passage: MakePassage) -> None:
    page = passage("Acme earned four million last year.", title="Earnings")
    assert unmentioned("What did Acme Motor Corporation earn?", [page], "en") == ""


def test_pages_that_speak_of_the_thing_stand_before_all_others(passage: MakePassage) -> None:
    about = passage("PRAGMA integrity_check looks over a database file.", title="SQLite pragmas")
    beside = passage(PACKAGES, title="Supervision")
    untitled = passage("It looks over a database file.")
    pages = {1: about, 2: beside, 3: untitled}
    assert mentioning("Quelle commande SQLite vérifie une base ?", pages, "fr") == {1}
    assert mentioning("Quelle commande vérifie une base ?", pages, "fr") == {1, 2, 3}
    assert mentioning("Quelle commande SQLite vérifie une base ?", {2: beside, 3: untitled}, "fr") == {2, 3}


def test_a_page_about_somebody_whom_such_a_page_names_may_answer_too(passage: MakePassage) -> None:
    pages = {
        1: passage("The Kestrel viaduct was designed by the engineer Ada Thornbury.", title="Kestrel viaduct"),
        2: passage("The engineer was born in Penwick in 1841.", title="Ada Thornbury"),
        3: passage("The engineer was born in Ostrel in 1866.", title="Carl Dorn"),
        4: passage("The engineer was born in Ostrel in 1866.", title="12. Engineers"),
    }
    assert mentioning("In which town was the designer of the Kestrel viaduct born?", pages, "en") == {1, 2}


def test_pages_in_another_language_and_without_title_are_spared_for_names_that_are_translated(
    passage: MakePassage,
) -> None:
    pages = {
        1: passage("La ville de Londres avait neuf millions d'habitants lors du dernier recensement.", title="Londres"),
        2: passage(CITY, title="The largest cities"),
        3: passage(PACKAGES, title="Supervision"),
        4: passage(PACKAGES),
    }
    assert mentioning("Combien d'habitants avait Londres ?", pages, "fr") == {1, 2, 4}
