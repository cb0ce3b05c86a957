"""A visitor without a script: opens a page, fills in boxes, presses a named button, reads what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.house import ANSWERS

FORM = "application/x-www-form-urlencoded"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.texts: list[str] = []
        self.links: list[str] = []
        self.buttons: list[tuple[str, str]] = []
        self.described: dict[str, str] = {}
        self.invalid: set[str] = set()
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(have.get("href", ""))
        if tag == "button" and "name" in have:
            self.buttons.append((have["name"], have["value"]))
        if tag in ("input", "textarea", "select") and "name" in have:
            self._box(tag, have)
        if tag == "option" and self.select and "selected" in have:
            self.fields[self.select] = have.get("value", "")

    def _box(self, tag: str, have: dict[str, str]) -> None:
        name = have["name"]
        self.described[name] = have.get("aria-describedby", "")
        if "aria-invalid" in have:
            self.invalid.add(name)
        if have.get("type") not in ("checkbox", "radio") or "checked" in have:
            self.fields[name] = have.get("value", "")
        if tag == "select":
            self.select = name
        if tag == "textarea":
            self.area = name

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""
        if tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data
        elif data.strip():
            self.texts.append(data.strip())


@dataclass
class Screen:
    """`fields` as a browser would post them, `texts` the text nodes in order."""

    path: str
    response: Any
    fields: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    described: dict[str, str] = field(default_factory=dict)
    invalid: set[str] = field(default_factory=set)

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def html(self) -> str:
        return str(self.response.content.decode())

    def says(self, words: str) -> bool:
        return any(words in text for text in self.texts)


@dataclass
class Visitor:
    client: Client

    def open(self, path: str = "/") -> Screen:
        return screen_of(path, self.client.get(path))

    def press(self, screen: Screen, go: str, **answers: str) -> Screen:
        """The button `go`, with what the page holds and what was typed now."""
        return self.post(screen.path, screen.fields | answers | ({"go": go} if go else {}))

    def post(
        self, path: str, content: Mapping[str, str] | str | bytes, kind: str = FORM, **headers: str
    ) -> Screen:
        body = urlencode(content) if isinstance(content, Mapping) else content
        return screen_of(path, self.client.post(path, body, content_type=kind, headers=headers or None))

    def confirm(self, **answers: str) -> Screen:
        return self.press(self.open(), "confirm", **(ANSWERS | answers))

    def send(self, **answers: str) -> Screen:
        """The whole journey, up to the 完了 page."""
        sent = self.press(self.confirm(**answers), "send")
        assert sent.status == 303, sent.texts
        return self.open(sent.response["Location"])


def screen_of(path: str, response: Any) -> Screen:
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    return Screen(
        path,
        response,
        reader.fields,
        reader.texts,
        reader.links,
        reader.buttons,
        reader.described,
        reader.invalid,
    )


class _Nodes(HTMLParser):
    """What programs read: the text nodes with the white space between them, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[str] = []
        self.unread = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.unread = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unread:
            self.unread = ""

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.nodes.append(data)


def nodes_of(html: str) -> list[str]:
    reader = _Nodes()
    reader.feed(html)
    reader.close()
    return reader.nodes
