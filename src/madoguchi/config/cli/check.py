"""`madoguchi check`: everything wrong with this installation, in words, with the mend."""

import click

from madoguchi.config.cli import say

_SIGNS = {"fault": "✗", "advice": "・", "note": " "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON で表示する。")
@say.with_django
def check(as_json: bool) -> None:
    """この環境に問題がないかを調べ、直し方を示します。"""
    from madoguchi.config.health import Finding, find_faults

    findings: list[Finding] = find_faults()
    if as_json:
        say.as_json([{"level": each.level, "code": each.code, "says": each.says} for each in findings])
    else:
        for each in findings:
            say.line(f"{_SIGNS[each.level]} {each.says}")
        if all(each.level == "note" for each in findings):
            say.line("問題は見つかりませんでした。")
    if any(each.level == "fault" for each in findings):
        raise SystemExit(1)
