from retrievers.plain_text import one_line, plain_text


def test_tags_and_entities_are_taken_out() -> None:
    assert plain_text("<b>Rows</b> &amp;\n indexes &lt;3") == "Rows & indexes <3"


def test_text_that_looks_like_an_address_is_only_text() -> None:
    assert plain_text("https://example.org/x") == "https://example.org/x"
    assert plain_text("notes.txt") == "notes.txt"
    assert plain_text("") == ""


def test_white_space_becomes_one_blank() -> None:
    assert one_line(" a\n\tb\u00a0 c ") == "a b c"
