"""Templates: everything is escaped, and nothing would need `unsafe-inline` in the content policy."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, SRC, modules, parsed, plant

WRONG = {
    "a value is not escaped": re.compile(r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off"),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "a handler in the markup": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script as an address": re.compile(r"javascript:", re.IGNORECASE),
    "something from a third party": re.compile(
        r"<(?:script|link|img|iframe|source|video|audio|embed|object)\b[^>]*(?:src|href|data)\s*=\s*[\"']?(?:https?:)?//",
        re.IGNORECASE,
    ),
}

# Words in our own HTML that are already escaped: tags that build elements, and the policy's rendering.
MAY_MARK_SAFE = {"madoguchi.foundation.ui.templatetags.ui"}
MARKS = {"mark_safe", "SafeString", "SafeText"}


def faults(src: Path = SRC) -> list[str]:
    return sorted(
        f"{path.relative_to(src / PACKAGE).as_posix()}: {fault}"
        for path in (src / PACKAGE).rglob("*.html")
        for fault, pattern in WRONG.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    )


def marks(src: Path = SRC) -> set[str]:
    """Modules that say of a text that it is safe; `format_html` escapes and may be used anywhere."""
    return {
        name
        for name, path in modules(src)
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Name) and node.id in MARKS)
        or (isinstance(node, ast.Attribute) and node.attr in MARKS)
        or (isinstance(node, ast.ImportFrom) and any(alias.name in MARKS for alias in node.names))
    }


def test_templates_are_escaped_and_free_of_inline_code() -> None:
    assert faults() == []


def test_only_a_short_list_says_that_a_text_is_safe() -> None:
    assert marks() <= MAY_MARK_SAFE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<p>{{ note|safe }}</p>", "a value is not escaped"),
        ("{% autoescape off %}{{ note }}{% endautoescape %}", "a value is not escaped"),
        ('<p style="color: red">', "an inline style"),
        ("<style>p { color: red }</style>", "an inline style"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<script type="module">go()</script>', "an inline script"),
        ('<button type="button" onclick="go()">', "a handler in the markup"),
        ('<a href="javascript:go()">', "a script as an address"),
        ('<script src="https://cdn.example.com/x.js"></script>', "something from a third party"),
        ('<link rel="stylesheet" href="//fonts.example.com/x.css">', "something from a third party"),
    ],
)
def test_a_planted_fault_is_caught(tmp_path: Path, text: str, fault: str) -> None:
    src = plant(tmp_path, {"rooms/a/templates/a/x.html": text})

    assert faults(src) == [f"rooms/a/templates/a/x.html: {fault}"]


def test_good_markup_passes(tmp_path: Path) -> None:
    text = '<script type="module" src="{% asset "x.js" %}"></script><a href="https://example.jp/" data-on="1">…</a>'

    assert faults(plant(tmp_path, {"rooms/a/templates/a/x.html": text})) == []


def test_a_planted_mark_is_caught(tmp_path: Path) -> None:
    src = plant(tmp_path, {"rooms/a/views.py": "from django.utils.safestring import mark_safe\n"})

    assert marks(src) == {"madoguchi.rooms.a.views"}
