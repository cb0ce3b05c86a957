"""A page of the desk as somebody without a script meets it: boxes with what stands in them, and what it says."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Reader(HTMLParser):
    """What a browser would post of all boxes of the page; a select without a choice posts its first option."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, list[str]] = {}
        self.area = self.select = ""
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        name = have.get("name", "")
        if tag == "textarea":
            self.area, self.boxes[name] = name, [""]
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option":
            self.options.append((have.get("value", ""), "selected" in have))
        elif tag == "input" and name and _posts(have):
            self.boxes.setdefault(name, []).append(have.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.boxes[self.area][0] = self.boxes[self.area][0].removeprefix("\n")
            self.area = ""
        elif tag == "select" and self.options:
            chosen = [value for value, selected in self.options if selected] or [self.options[0][0]]
            self.boxes[self.select] = chosen[-1:]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.boxes[self.area][0] += data


def _posts(have: dict[str, str]) -> bool:
    kind = have.get("type")
    return kind != "file" and (kind not in ("checkbox", "radio") or "checked" in have)


@dataclass
class Sheet:
    """One answer of the desk."""

    client: Client
    address: str
    status: int
    html: str
    boxes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def box(self, name: str) -> str:
        return self.boxes[name][0]

    def send(self, **typed: Any) -> "Sheet":
        """Post what stands there with what is typed instead (in names - is written __), and follow."""
        given = self.boxes | {name.replace("__", "-"): value for name, value in typed.items()}
        answer = self.client.post(self.address, given)
        return arrived(self.client, self.address, answer)


def arrived(client: Client, address: str, answer: Any) -> Sheet:
    if answer.status_code == 302:
        return opened(client, answer["Location"])
    html = answer.content.decode()
    reader = _Reader()
    reader.feed(html)
    return Sheet(client, address, answer.status_code, html, reader.boxes)


def opened(client: Client, address: str) -> Sheet:
    return arrived(client, address, client.get(address))
