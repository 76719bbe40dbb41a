import pytest

from assistant.searching.intents import intents_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What happened in Paris?", "news"),
        ("Quelles sont les dernières actualités sur la grève ?", "news"),
        ("Nachrichten aus Berlin", "news"),
        ("últimas noticias de Madrid", "news"),
        ("paper on diffusion models", "science"),
        ("étude scientifique sur le sommeil", "science"),
        ("doi 10.1038/s41586-021-03819-2", "science"),
        ("arXiv 1706.03762", "science"),
        ("ModuleNotFoundError: No module named 'foo'", "code"),
        ("undefined reference to `main`", "code"),
        ("what does os.path.join() return", "code"),
        ("bibliothèque Python pour les PDF", "code"),
        ("best laptop for travel", "discussion"),
        ("vaut-il la peine ? avis sur ce vélo", "discussion"),
        ("will it rain, what is the weather in Lyon", "data"),
        ("taux de change euro dollar", "data"),
        ("Wechselkurs Euro Dollar", "data"),
        ("who was Ada Lovelace", "reference"),
        ("tell me about the Kestrel viaduct", "reference"),
        ("qu'est-ce que la photosynthèse", "reference"),
    ],
)
def test_words_and_shapes_tell_what_a_question_calls_for(question: str, kind: str) -> None:
    assert kind in intents_of(question)


def test_what_is_done_with_code_is_discussed() -> None:
    assert {"code", "discussion"} <= set(intents_of("KeyError in pandas"))


@pytest.mark.parametrize("question", ["is coffee healthy?", "why is the sky blue", "photosynthèse", ""])
def test_a_plain_question_calls_for_nothing_beside_the_web(question: str) -> None:
    assert intents_of(question) == ()


def test_each_kind_is_named_once() -> None:
    found = intents_of("Python ValueError in `x` with NumPy and Docker, who is it")
    assert len(found) == len(set(found))
