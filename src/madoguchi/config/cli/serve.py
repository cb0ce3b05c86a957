"""`madoguchi serve`, `web`, `worker`."""

from typing import TYPE_CHECKING

import click

from madoguchi.config.cli import say
from madoguchi.config.server import CANNOT_START

if TYPE_CHECKING:
    from madoguchi.config.environment import Environment


def _bind(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        say.fail("--bind は 127.0.0.1:8000 のように書いてください。")
    return host.strip("[]"), int(port)


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="受け付けるアドレスとポート。")
@click.option("--workers", default=1, help="1 だけが使えます(SQLite の書き込みは一つの順番で行います)。")
def serve(bind: str, workers: int) -> None:
    """画面とバックグラウンド処理をまとめて動かし、止まったものは再起動します。"""
    from madoguchi.config.server import Supervisor, serve_children

    if workers != 1:
        say.fail("画面のプロセスは一つだけです。速くするには MADOGUCHI_THREADS を増やしてください。")
    host, port = _bind(bind)
    raise SystemExit(Supervisor(serve_children(host, port)).run())


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="受け付けるアドレスとポート。")
def web(bind: str) -> None:
    """画面だけを動かします。"""
    from madoguchi.config.server import run_web

    environment = _environment()
    host, port = _bind(bind)
    _check_start()
    run_web(environment, host, port)


@click.command()
def worker() -> None:
    """バックグラウンド処理(メール・通知・点検)だけを動かします。"""
    _environment()
    _check_start()
    from madoguchi.config.worker import run_worker

    run_worker()


def _environment() -> "Environment":
    """Read here and not by the supervisor, which stays small and has its children started sooner."""
    from madoguchi.config.environment import BadEnvironment, read_environment

    try:
        return read_environment()
    except BadEnvironment as wrong:
        say.fail(str(wrong), code=CANNOT_START)


@say.with_django
def _check_start() -> None:
    from django.db import connections

    from madoguchi.config.backup.places import sweep
    from madoguchi.config.serving import hold_serving
    from madoguchi.config.start import CannotStart, check_start

    try:
        hold_serving()
        check_start()
        sweep()
    except CannotStart as faults:
        say.fail(str(faults), code=CANNOT_START)
    finally:
        connections.close_all()  # the server forks next, and a connection must not be shared
