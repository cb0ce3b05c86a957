"""A policy as a folder of files, one clause each: with front matter of either kind, or with a heading."""

import pytest

from madoguchi.config.profile import BUNDLED, bundled, read_policy, read_profile
from madoguchi.rooms.policy.errors import UnreadablePolicy
from madoguchi.rooms.policy.rendering import render
from madoguchi.rooms.policy.rules import policy_facts
from madoguchi.rooms.policy.rules.binding import propose
from madoguchi.rooms.policy.rules.folder import File, read_files
from madoguchi.rooms.policy.rules.preparing import prepare_files
from tests.rooms.policy.original import FACTS, ORIGINAL, TITLES


def clause_files(heading: str) -> list[File]:
    """The original, cut into one file a clause; the last keeps the day at its end."""
    parts = ORIGINAL.split("\n\n")
    before, clauses, closing = parts[:2], parts[2:13], parts[13].strip()
    files = [File("00-はじめに.md", "\n\n".join(before))]
    for number, clause in enumerate(clauses, 1):
        title, _, text = clause.partition("\n")
        title = heading.format(number=number, title=title.partition(". ")[2])
        files.append(
            File(f"{number}.md", f"{title}\n{text}" + (f"\n\n{closing}\n" if number == 11 else "\n"))
        )
    return files


@pytest.mark.parametrize(
    "heading", ["# 第{number}条 {title}", "## {number}. {title}", "{number}. {title}", "# {title}"]
)
def test_one_clause_a_file_with_a_heading(heading: str) -> None:
    document = read_files(clause_files(heading))

    assert [(clause.number, clause.title) for clause in document.clauses] == list(enumerate(TITLES, 1))
    assert document.clauses[0].headed == heading.lstrip("# ").format(number=1, title=TITLES[0])
    assert document.title == "プライバシーポリシー"
    assert document.preamble.startswith("株式会社ひなげし計画及びその")
    assert document.closing == "【2022年4月1日制定】"
    assert propose(document).clauses[7].parameters["fee_yen"] == 1000


@pytest.mark.parametrize("profile", bundled())
def test_the_folder_of_a_profile_is_read_as_the_profile_reads_it(profile: str) -> None:
    folder = BUNDLED / profile / "policy"
    files = [File(path.name, path.read_text(encoding="utf-8")) for path in folder.glob("*.md")]
    expected = read_policy(read_profile(profile)).clauses

    assert read_files(files).clauses == expected
    facts = FACTS | {"phone": "03-0000-0000", "email": "a@hinageshi.example.jp", "group": "ひなげしグループ"}
    made = prepare_files(files, facts)
    shown = render(made, {f"operator.{name}": value for name, value in facts.items()} | policy_facts(made))
    assert "株式会社ひなげし計画" in shown.text
    assert "{{" not in shown.text


def test_front_matter_of_the_other_kind() -> None:
    document = read_files([
        File("b.md", "---\r\nnumber: 2\r\ntitle: 目的\r\nauthor: x\r\n---\r\nお答えするため\r\n"),
        File("a.md", '---\ntitle: "定義"\nnumber: 1\n---\n\n{{次のもの}}です。'),
    ])  # fmt: skip

    assert [(c.number, c.title, c.text) for c in document.clauses] == [
        (1, "定義", "{{次のもの}}です。"), (2, "目的", "お答えするため"),
    ]  # fmt: skip


def test_files_are_taken_in_the_order_of_their_numbers() -> None:
    files = [File(f"{n}.md", f"# 題{n}\n本文{n}") for n in (10, 9, 2, 1, 11, 3, 4, 5, 6, 7, 8)]

    assert [clause.title for clause in read_files(files).clauses] == [f"題{n}" for n in range(1, 12)]


def test_one_file_is_read_as_one_text() -> None:
    assert len(read_files([File("policy.md", ORIGINAL)]).clauses) == 11


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([], "条文の切れ目"),
        ([File("a.md", "こんにちは。"), File("b.md", "さようなら。")], "条文の切れ目"),
        ([File("a.md", "# 一\nあ"), File("b.md", "見出しなし"), File("c.md", "# 二\nい")], "b.md"),
        ([File("a.md", "1. 一\nあ"), File("b.md", "1. 二\nい")], "1、1"),
        ([File("a.md", "1. 一\nあ"), File("b.md", "3. 三\nい")], "1、3"),
        ([File("a.md", "+++\nnumber = \n+++\nあ"), File("b.md", "# 二\nい")], "a.md"),
        ([File("a.md", "+++\nnumber = 1\n+++\nあ"), File("b.md", "# 二\nい")], "a.md"),
    ],
)
def test_what_cannot_be_placed_is_named(files: list[File], says: str) -> None:
    with pytest.raises(UnreadablePolicy, match=says):
        read_files(files)
