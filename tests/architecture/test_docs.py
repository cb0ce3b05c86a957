"""What is written is true: commands named in the docs exist, generated pages are current, CI runs the README."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PAGES = [ROOT / name for name in ("README.md", "README.en.md", "CONTRIBUTING.md", "SECURITY.md")]
TEST_BLOCK = re.compile(r"<!-- test -->\n+```sh\n(.+?)\n```")
COMMAND = re.compile(r"(?<![\w./-])make ([a-z][a-z-]*)")
COMMAND_LINE = re.compile(r"^(?:\S*/)?madoguchi ([a-z]+)\b", re.MULTILINE)
SHELL = re.compile(r"```(?:sh|console)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def pages() -> list[Path]:
    return PAGES + sorted((ROOT / "docs").rglob("*.md"))


def targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))


def commands(text: str) -> set[str]:
    """Targets of `make …` inside code, where the words are meant as a command."""
    return {name for code in SHELL.findall(text) for part in code for name in COMMAND.findall(part)}


def broken_links(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [f"{page.name} → {link}" for link in LINK.findall(text) if not (page.parent / link).exists()]


def test_make_targets_in_the_docs_exist() -> None:
    known = targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    named = {name for page in pages() for name in commands(page.read_text(encoding="utf-8"))}

    assert named
    assert named - known == set()


def test_every_make_target_is_explained_by_help() -> None:
    result = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    )
    wanted = {"help", "setup", "run", "test", "check", "fix", "soak", "bench", "bench-full", "disarm"}

    assert {line.split()[1] for line in result.stdout.splitlines() if line.startswith("  make ")} >= wanted


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_ci_runs_the_test_command_of_the_readme(name: str) -> None:
    (command,) = TEST_BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.startswith("make ")] == ["make check", command]
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_links_between_pages_lead_somewhere() -> None:
    assert [broken for page in pages() for broken in broken_links(page)] == []


def test_the_page_of_settings_is_current() -> None:
    from madoguchi.config.environment import reference

    page = ROOT / "docs/reference/settings.md"

    assert page.read_text(encoding="utf-8") == reference(), "write it anew: make fix"


def test_the_page_of_the_data_map_is_current() -> None:
    from madoguchi.config.data_map_page import page

    written = ROOT / "docs/reference/data-map.md"

    assert written.read_text(encoding="utf-8") == page(), "write it anew: make fix"


def test_the_picture_of_the_states_of_a_request_is_current() -> None:
    from madoguchi.config.request_states_page import page

    written = ROOT / "docs/reference/request-states.md"

    assert written.read_text(encoding="utf-8") == page(), "write it anew: make fix"


def test_commands_in_the_docs_exist() -> None:
    from madoguchi.__main__ import cli

    named = {
        name
        for page in pages()
        for name in re.findall(COMMAND_LINE, "\n".join(_code(page.read_text(encoding="utf-8"))))
    }

    assert named
    assert named - set(cli.commands) == set()


def test_every_command_is_in_the_reference() -> None:
    from madoguchi.__main__ import cli

    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `madoguchi ([a-z]+)`", page, re.MULTILINE)) == set(cli.commands)


def _code(text: str) -> list[str]:
    return [part for code in SHELL.findall(text) for part in code if part]


def test_the_docs_never_claim_too_much() -> None:
    """A program keeps promises or shows that it did not; whether that is the law is for others to say."""
    words = re.compile(r"準拠し|に適合|法令適合|compliant|tamper-proof|改ざん不可能|絶対に", re.IGNORECASE)

    assert [(p.name, found) for p in pages() if (found := words.findall(p.read_text(encoding="utf-8")))] == []


def test_planted_untruths_are_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Run `make tea`, or make do.\n```sh\nmake coffee\n```\n[gone](./gone.md)", encoding="utf-8"
    )

    assert commands(page.read_text(encoding="utf-8")) == {"tea", "coffee"}
    assert broken_links(page) == ["page.md → ./gone.md"]
    assert targets("help: ## x\n\ttrue\n.PHONY: tea\nVAR := 1\n") == {"help"}
