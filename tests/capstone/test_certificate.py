import re

from helpers.capstone import Certificate

FACTS = {
    "certificate": "0123-4567-89ab",
    "name": "Ada <b>Lovelace</b>",
    "pages": 4,
    "images": 8,
    "bytes": 176_070,
    "lost": 1,
}


def test_text_and_html_say_the_same() -> None:
    certificate = Certificate(FACTS)
    text, shown = repr(certificate), certificate._repr_html_()
    for words in ("Certificate", "4 pages", "8 images, 176,070 bytes", "1 lost link", "No. 0123-4567-89ab"):
        assert words in text
        assert words in shown
    assert len({len(line) for line in text.splitlines()}) == 1


def test_a_name_is_no_html() -> None:
    shown = Certificate(FACTS)._repr_html_()
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in shown
    assert "<b>" not in shown


def test_the_html_survives_a_notebook_that_is_not_trusted() -> None:
    shown = Certificate(FACTS)._repr_html_()
    assert set(re.findall(r"<(\w+)", shown)) == {"div"}
    assert "var(" not in shown
    assert "class=" not in shown
