import pytest

from assistant.searching.recency import implied_freshness


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("What happened in Paris today?", "day"),
        ("Que s\u2019est-il passé aujourd\u2019hui à Paris ?", "day"),
        ("Was ist heute in Berlin passiert?", "day"),
        ("¿Qué pasó hoy en Madrid?", "day"),
        ("the latest news of today", "day"),
        ("Météo à Lyon cette semaine", "week"),
        ("latest news on the Kestrel viaduct", "week"),
        ("últimas noticias de España", "week"),
        ("What is the latest Python version?", "month"),
        ("Quelle est la dernière version de Node ?", "month"),
        ("Neueste Version von Rust", "month"),
        ("Who is the current president of France?", "month"),
        ("recent studies on sleep", "year"),
    ],
)
def test_words_of_time_say_how_recent_the_answer_must_be(question: str, span: str) -> None:
    assert implied_freshness(question) == span


@pytest.mark.parametrize(
    "question",
    [
        "How high is the Kestrel viaduct?",
        "Who was the last emperor of China?",
        "How is electric current measured?",
        "La dernière fois que je l'ai vu",
        "When did the last ice age end?",
        "Who wrote The Day After Tomorrow?",
        "todays and hierarchy, heutzutage",
    ],
)
def test_other_questions_do_not_care(question: str) -> None:
    assert implied_freshness(question) is None
