"""Fields of elements/field.html, with what was typed and what is wrong about it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from madoguchi.foundation.lib.text import without_unstorable

Wrong = Mapping[str, str]


def choice(
    request: HttpRequest, name: str, label: str, options: Mapping[str, str], wrong: Wrong, *, value: str = "",
    required: bool = True, hint: str = "",
) -> dict[str, Any]:  # fmt: skip
    typed = request.POST.get(name, value)
    return {
        "name": name, "label": label, "kind": "choice", "required": required, "hint": hint,
        "options": [{"value": code, "label": text} for code, text in options.items()],
        "value": typed if not typed or typed in options else value, "error": wrong.get(name, ""),
    }  # fmt: skip


def line(
    request: HttpRequest, name: str, label: str, wrong: Wrong, *, value: str = "", required: bool = False,
    hint: str = "", kind: str = "text", size: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name, "label": label, "kind": kind, "required": required, "hint": hint, "size": size,
        "value": without_unstorable(request.POST.get(name, value)), "error": wrong.get(name, ""), "autocomplete": "off",
    }  # fmt: skip


def paragraph(
    request: HttpRequest, name: str, label: str, wrong: Wrong, *, value: str = "", required: bool = True,
    hint: str = "", size: str = "short",
) -> dict[str, Any]:  # fmt: skip
    return line(
        request, name, label, wrong, value=value, required=required, hint=hint, kind="paragraph", size=size
    )  # fmt: skip


def radios(
    request: HttpRequest, name: str, label: str, options: Mapping[str, str], wrong: Wrong, *, value: str = "",
) -> dict[str, Any]:  # fmt: skip
    chosen = request.POST.get(name, value)
    return {
        "name": name, "label": label, "error": wrong.get(name, ""),
        "options": [{"value": code, "label": text, "on": code == chosen} for code, text in options.items()],
    }  # fmt: skip


def day(
    request: HttpRequest, name: str, label: str, wrong: Wrong, *, value: str = "", first: str = "", last: str = "",
    required: bool = True, hint: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name, "label": label, "required": required, "hint": hint, "first": first, "last": last,
        "value": request.POST.get(name, value), "error": wrong.get(name, ""),
    }  # fmt: skip


def summary(labels: Mapping[str, str], wrong: Wrong) -> list[dict[str, str]]:
    """For elements/summary.html."""
    return [
        {"name": name, "label": labels.get(name, ""), "message": text} for name, text in wrong.items() if text
    ]
