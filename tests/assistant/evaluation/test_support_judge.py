"""The judge of support is strict about what words alone would not show."""

import ast
from pathlib import Path

import pytest

import assistant.evaluation.support_judge as judge_module
from assistant.evaluation.support_judge import judge_support, same_facts

SOURCE = "The Harlow bridge was opened by Queen Maud in 1893. It is 1,240 metres long and does not carry trains."


@pytest.mark.parametrize(
    "sentence",
    [
        "The Harlow bridge opened in 1893.",
        "Queen Maud opened the bridge.",
        "It is 1240 metres long.",
        "The bridge does not carry trains.",
        SOURCE,
    ],
)
def test_what_the_text_says_is_supported(sentence: str) -> None:
    assert judge_support(sentence, SOURCE).is_supported


@pytest.mark.parametrize(
    "sentence",
    [
        "The Harlow bridge opened in 1894.",
        "The bridge was opened by Queen Astrid in 1893.",
        "The bridge carries trains.",
        "The Harlow bridge was not opened by Queen Maud in 1893.",
        "Penguins live on the southern ice.",
        "It is 124 metres long.",
    ],
)
def test_a_changed_number_name_or_negation_is_not(sentence: str) -> None:
    assert not judge_support(sentence, SOURCE).is_supported


def test_a_name_may_stand_in_the_question() -> None:
    text = "It was opened in 1893 and is 1,240 metres long."
    assert not judge_support("The span at Harlow opened in 1893 and is 1,240 metres long.", text).is_supported
    question = "How long is the span at Harlow?"
    assert judge_support("It opened, at Harlow, in 1893 and is 1,240 metres long.", text, question).is_supported


def test_a_number_may_be_spelt_out() -> None:
    assert judge_support("The fleet has 5 ships.", "The fleet has five ships.").is_supported


def test_a_score_falls_where_facts_disagree() -> None:
    right, wrong = "The Harlow bridge opened in 1893.", "The Harlow bridge opened in 1894."
    assert judge_support(right, SOURCE).score == 1
    assert judge_support(wrong, SOURCE).score < 0.5


def test_across_languages_numbers_and_names_are_compared() -> None:
    assert same_facts("Le pont de Harlow mesure 1 240 mètres.", SOURCE)
    assert not same_facts("Le pont de Harlow mesure 1 250 mètres.", SOURCE)
    assert not same_facts("Le pont de Belmar mesure 1 240 mètres.", SOURCE)


def test_the_judge_shares_no_code_with_attribution() -> None:
    """Nor attribution with it: neither may decide by the other's mistakes."""
    packages = Path(judge_module.__file__).parents[1]
    assert not [name for name in imported(Path(judge_module.__file__)) if name.startswith("assistant.writing")]
    for path in [*(packages / "writing").rglob("*.py"), packages / "pipeline.py"]:
        assert not [name for name in imported(path) if name.startswith("assistant.evaluation")], path.name


def imported(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]


def test_a_name_whose_accents_are_written_apart_is_one_name() -> None:
    sentence = "On Sunday Viktor Orba\u0301n conceded."
    assert judge_support(sentence, sentence).is_supported
    assert judge_support(sentence, "On Sunday Viktor Orb\u00e1n conceded.").is_supported
