"""The states of a request as a page of the docs, drawn from the machine itself. `make fix` writes it."""

from collections.abc import Iterator

from madoguchi.rooms.rights.rules.requests import MOVES, OUTCOMES, STATES, State

_LEAD = """# ご請求の状態

プログラムの定めから作ります（`make fix`）。手では直しません。進め方は [ご請求に応える](../how-to/requests.md) にあります。
"""
_CLOSING = (
    "矢印のないところへは、画面からも API からも進めません。応じないときと、該当する情報がないときは、実施を通らずに"
    "お知らせへ進みます。\n止めるだけのご請求は、メールのリンクを開いたときに、到達から完了まで一度に進みます。\n"
)


def page() -> str:
    outcomes = "、".join(OUTCOMES.values())
    drawing = "\n".join(_drawing())
    return f"{_LEAD}\n```mermaid\n{drawing}\n```\n\n決定は、{outcomes}のどれかです。\n\n{_CLOSING}"


def _drawing() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield from (f'    state "{label}" as {state.value}' for state, label in STATES.items())
    yield f"    [*] --> {State.RECEIVED.value}"
    for state in State:
        yield from (f"    {state.value} --> {to.value}" for to in State if to in MOVES[state])
        if not MOVES[state]:
            yield f"    {state.value} --> [*]"
