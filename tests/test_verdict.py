import re

from helpers.verdict import LOOK, Verdict

WRONG = Verdict(
    "not yet",
    "12.1 Title",
    "Think <again>.",
    {"The call": "f(1)", "What happened": "one\ntwo"},
    code="x = 1\n  y",
)


def test_the_text_form_says_it_all() -> None:
    assert repr(WRONG).splitlines() == [
        "✘ Not yet · 12.1 Title",
        "Think <again>.",
        "  The call:      f(1)",
        "  What happened: one",
        "                 two",
        "    x = 1",
        "      y",
    ]


def test_the_html_form_has_inline_styles_and_literal_colours_only() -> None:
    page = WRONG._repr_html_()
    assert "Think &lt;again&gt;." in page
    assert not re.search(r"<(svg|style|script)|var\(|class=|role=|aria-", page)


def test_code_in_a_sentence_is_shown_as_code() -> None:
    assert "miss <code>a &lt; b</code>?" in Verdict("not yet", "", "Do you miss `a < b`?")._repr_html_()


def test_every_kind_has_a_sign_of_its_own() -> None:
    signs = [sign for sign, _, _ in LOOK.values()]
    assert len(set(signs)) == len(signs)


def test_a_note_needs_no_words_of_its_own() -> None:
    assert repr(Verdict("note", "Hint 1 of 2")) == "☞ Hint 1 of 2"
