"""How commands speak: one clear line, or a fault with its mend and a non-zero code."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from madoguchi.foundation.lib.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")


def line(text: str) -> None:
    click.echo(text)


def as_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def fail(text: str, *, code: int = 1) -> NoReturn:
    click.echo(text, err=True)
    raise SystemExit(code)


def with_django(command: Callable[P, R]) -> Callable[P, R]:
    """Start Django first; a wrong setting or a refusal becomes its sentence instead of a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        import django

        try:
            django.setup()
            return command(*args, **kwargs)
        except Refusal as refusal:
            fail(refusal.message + (f"\n{refusal.next_step}" if refusal.next_step else ""))

    return wrapped
