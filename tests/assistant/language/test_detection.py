"""Which language a question or a page is in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assistant.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I reclaim disk space in PostgreSQL after deleting many rows?", "en"),
        ("What is the airspeed of the starship Zorblax?", "en"),
        ("Comment configurer un pare-feu sous Debian ?", "fr"),
        ("Qui a écrit Mary Barton ?", "fr"),
        ("Wie hoch ist der Eiffelturm?", "de"),
        ("¿Cuál es la capital de Perú?", "es"),
        ("Qual è la capitale d'Italia?", "it"),
        ("Qual é a capital do Brasil?", "pt"),
        ("Hoe hoog is de Eiffeltoren?", "nl"),
        ("日本の首都はどこですか", "ja"),
        ("中国的首都是哪里", "zh"),
        ("한국의 수도는 어디입니까", "ko"),
        ("Ποια είναι η πρωτεύουσα της Ελλάδας;", "el"),
        ("Hvad er hovedstaden i Danmark, og hvor mange mennesker bor der?", "da"),
    ],
)
def test_short_questions_are_recognised(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "  ", "12 + 3", "kubernetes", "PostgreSQL VACUUM", "elon musk"])
def test_too_little_to_go_by_is_unsure(text: str) -> None:
    assert detect_language(text) is None


def test_a_quoted_word_in_another_script_does_not_decide() -> None:
    assert detect_language("What does the word λόγος mean in the works of the philosophers?") == "en"


def test_rules_decide_without_loading_statistics() -> None:
    code = (
        "import sys; from assistant.language import detect_language as d;"
        "assert d('How do I open the file?') == 'en'; assert 'py3langid' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
