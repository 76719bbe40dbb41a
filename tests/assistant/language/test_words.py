"""Words, stems, numbers and names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.language import content_stems, fold, names, numbers, stems, words
from assistant.language.stop_words import SPELT, stop_words


def test_case_accents_and_ligatures_are_one_spelling() -> None:
    assert fold("L\u2019Œuvre d'Été À ŁÓDŹ, Straße") == "l'oeuvre d'ete a lodz, strasse"


def test_cyrillic_short_i_keeps_its_sign() -> None:
    assert fold("Йод") == "йод"


def test_full_width_letters_are_plain_ones() -> None:
    assert fold("ＡＢＣ１２") == "abc12"  # noqa: RUF001 - full-width letters are the point


def test_words_keep_what_tells_languages_and_negations_apart() -> None:
    assert words("C++ isn’t C#, don't") == ["c++", "isn't", "c#", "don't"]  # noqa: RUF001 - the apostrophe of print


def test_words_part_at_elisions_hyphens_and_points() -> None:
    assert words("l'eau du pare-feu: postgresql.conf") == ["l", "eau", "du", "pare", "feu", "postgresql", "conf"]


def test_scripts_without_spaces_give_one_word_per_character() -> None:
    assert words("日本語 abc") == ["日", "本", "語", "abc"]


def test_indic_vowel_signs_do_not_cut_words() -> None:
    assert words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_stems_join_the_forms_of_a_word() -> None:
    assert stems("deleting deletes", "en") == ["delet", "delet"]
    assert stems("cheval", "fr") == stems("CHEVAUX", "fr")


def test_accents_do_not_matter_to_stems() -> None:
    assert stems("sécurité", "fr") == stems("securite", "fr")


@pytest.mark.parametrize("language", [None, "xx", ""])
def test_an_unknown_language_is_folded_only(language: str | None) -> None:
    assert stems("The Deleting", language) == content_stems("The Deleting", language) == ["the", "deleting"]


def test_content_stems_leave_function_words_out() -> None:
    assert content_stems("How do I reclaim the disks?", "en") == ["reclaim", "disk"]
    assert content_stems("Où est l'eau ?", "fr") == ["eau"]


def test_seven_languages_have_folded_stop_words() -> None:
    assert set(SPELT) == {"en", "fr", "de", "es", "it", "pt", "nl"}
    assert "etait" in stop_words("fr")
    assert all(word == fold(word) for language in SPELT for word in stop_words(language))


def test_stemming_in_many_threads_gives_what_one_gives() -> None:
    text = "running quickly reclaimed generously deletions " * 200
    expected = stems(text, "en")
    with ThreadPoolExecutor(8) as pool:
        assert all(result == expected for result in pool.map(lambda _: stems(text, "en"), range(32)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", {"1234.5"}),
        ("1 234,5", {"1234.5"}),
        ("1\u202f234,5 and 1\u00a0234,5", {"1234.5"}),
        ("12.5% or 12,5 %", {"12.5"}),
        ("1.000.000", {"1000000"}),
        ("1,000,000", {"1000000"}),
        ("1.234,56 €", {"1234.56"}),
        ("1'000'000", {"1000000"}),
        ("1,234", {"1234"}),
        ("0.5 and 0,5", {"0.5"}),
        ("in 2023 100 people", {"2023", "100"}),
        ("It costs 5, or 3.14.", {"5", "3.14"}),
        ("192.168.0.1", {"192.168.0.1"}),
        ("version 3.11.7, v1.2.3", {"3.11.7", "1.2.3"}),
        ("12.05.2023", {"12", "5", "2023"}),
        ("2024-05-12", {"2024", "5", "12"}),
        ("1,2,3", {"1", "2", "3"}),
        ("H2O, MP3 and x86", set()),
        ("10GB on the 4th", {"10", "4"}),
        ("007", {"7"}),
        ("٢٠٢٤", {"2024"}),
        ("none", set()),
    ],
)
def test_numbers_come_in_one_notation(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


def test_names_are_capitalised_inside_a_sentence_mixed_or_bear_digits() -> None:
    text = "Who wrote Hamlet in 1599? PostgreSQL runs. NASA knows. The US won. I think iPhones sell."
    assert names(text) == ["hamlet", "1599", "postgresql", "nasa", "us", "iphones"]


def test_a_word_that_merely_opens_a_sentence_is_no_name() -> None:
    assert names("Paris is big. London is bigger.") == []


def test_an_accent_written_apart_does_not_cut_a_name() -> None:
    assert names("Yesterday Maria Nun\u0303ez won.") == names("Yesterday Maria Nu\u00f1ez won.") == ["maria", "nunez"]


def test_long_hostile_text_takes_no_time() -> None:
    for text in ("x" * 300_000, "1 234 " * 50_000, "1.1" * 100_000, "1," * 150_000, "n'" * 150_000):
        words(text)
        numbers(text)
