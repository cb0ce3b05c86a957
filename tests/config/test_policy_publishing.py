"""`madoguchi policy import`, `publish`, `drop`, and what `list`, `show` and `diff` say on the way."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from madoguchi.__main__ import cli
from madoguchi.config.profile import BUNDLED
from madoguchi.foundation.lib import clock
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.policy.models import Draft, PolicyVersion
from madoguchi.rooms.policy.queries.versions import in_force
from tests.clockwork import stopped_clock
from tests.house import House
from tests.rooms.policy.drafting import asked, begin, leave
from tests.rooms.policy.original import ORIGINAL, TITLES

Run = Callable[..., Result]


@pytest.fixture
def run(house: House) -> Run:
    return lambda *arguments: CliRunner().invoke(
        cli, ["policy", *map(str, arguments)], catch_exceptions=False
    )


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "方針.txt"
    path.write_text(ORIGINAL, encoding="utf-8")
    return path


@pytest.fixture
def everybody(house: House) -> None:
    """Both who speak for the operator have chosen a password."""
    for role in ("officer", "admin"):
        finish_setup(staff=house.staff[role], password="correct horse battery")


def address(house: House, role: str) -> str:
    return house.staff[role].email


def told(result: Result) -> Any:
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def refused(result: Result, *says: str) -> None:
    assert (result.exit_code, result.stdout) == (1, "")
    for words in says:
        assert words in result.stderr


def test_an_original_becomes_a_draft_that_shows_what_it_is_bound_to(run: Run, original: Path) -> None:
    answer = told(run("import", original, "--json"))

    assert (answer["number"], answer["kind"], answer["enacted_on"]) == (2, "text", "2022-04-01")
    assert [each["title"] for each in answer["clauses"]] == TITLES
    assert answer["clauses"][7]["bindings"]["fee_yen"] == 1000
    assert {"L4", "L5", "L7", "L17"} <= {each["code"] for each in answer["findings"]}
    assert [(each["number"], each["state"]) for each in told(run("list", "--json"))] == [
        (2, "draft"),
        (1, "in-force"),
    ]
    assert [each["number"] for each in told(run("show", 2, "--json"))["clauses"]] == list(range(1, 12))
    compared = told(run("diff", 1, 2, "--json"))
    assert sorted(each["after"] for each in compared if each["kind"] != "gone") == [*range(12), 1000]
    assert PolicyVersion.objects.count() == 1


def test_the_same_in_words(run: Run, original: Path) -> None:
    said = run("import", original).stdout

    assert said.startswith("第2版の下書きにしました。11 の条文を、原文のとおりに読み取りました。\n")
    assert "第8条\t個人情報の開示\t開示、約束 " in said
    assert "手数料 1,000円" in said
    assert said.endswith("`madoguchi policy publish 2` で公表します。\n")
    assert "第2版\t下書き\t本文の改定" in run("list").stdout
    assert "早乙女 恵" in run("show", 2).stdout
    told_apart = run("diff", 1, 2).stdout
    assert told_apart.startswith("前文\n")
    assert "\n\n[-第-]1[-条-]{+.+} 個人情報[-とは-]{+の定義+}\n" in told_apart


def test_a_folder_of_clauses_and_the_days(run: Run) -> None:
    day = clock.today() + timedelta(days=30)

    answer = told(
        run(
            "import",
            BUNDLED / "demo" / "policy",
            "--effective-on",
            day,
            "--enacted-on",
            "2020-04-01",
            "--json",
        )
    )

    assert (answer["enacted_on"], len(answer["clauses"])) == ("2020-04-01", 11)
    told(run("publish", 2, "--json"))
    listed = told(run("list", "--json"))
    assert [(each["number"], each["state"]) for each in listed] == [(2, "announced"), (1, "in-force")]
    assert listed[0]["effective_from"] == f"{day}T00:00:00+09:00"
    assert "第2版\t施行前\t" in run("list").stdout


def test_T_C11_4_by_command(run: Run, original: Path) -> None:
    yesterday = clock.today() - timedelta(days=1)
    refused(run("import", original, "--effective-on", yesterday), "施行日が過ぎています")
    refused(run("import", original, "--published-on", "2022-04-01", "--effective-on", "2022-03-31"), "施行日")
    refused(run("import", original, "--published-on", clock.today() + timedelta(days=1)), "これからの日付")
    refused(run("import", original, "--published-on", "4/1"), "2022-04-01")
    assert Draft.objects.count() == 0
    assert told(run("import", original, "--effective-on", clock.today(), "--json"))["effective_from"] is None


def test_before_anybody_could_approve_the_command_line_publishes(run: Run, original: Path) -> None:
    run("import", original)

    answer = told(run("publish", 2, "--json"))

    assert (answer["state"], answer["approval"], answer["approved_by"]) == ("in-force", "set-up", "コマンド")
    assert {each["class"] for each in answer["changes"].values()} == {"consent"}
    assert sorted(map(int, answer["changes"])) == list(range(12))
    assert Draft.objects.get().confirmed_at is not None


def test_each_changed_clause_may_be_classed(run: Run, house: House) -> None:
    begin(house, "command")
    refused(run("publish", 2, "--change", "4=notice:理由"), "第4条は変わりません")
    refused(run("publish", 2, "--change", "3=notice"), "理由を書いてください")
    refused(run("publish", 2, "--change", "3"), "3=notice:理由")
    refused(run("publish", 2, "--change", "3=big:理由"), "3=notice:理由")

    answer = told(run("publish", 2, "--change", "3=notice:目的は: 変わらない", "--json"))

    assert answer["changes"] == {"3": {"class": "notice", "reason": "目的は: 変わらない"}}


def test_default_consent_is_said(run: Run, house: House) -> None:
    begin(house, "command")

    said = run("publish", 2).stdout

    assert "第3条は、同意をいただく変更です。" in said
    assert "公表しました。第2版\t施行中\t" in said


@pytest.mark.usefixtures("everybody")
def test_T_C11_5_two_people_by_command(run: Run, house: House, original: Path) -> None:
    officer, admin = address(house, "officer"), address(house, "admin")
    run("import", original, "--by", officer)
    refused(run("publish", 2), "個人情報管理者か管理者の承認", "madoguchi policy publish 2 --by ")
    refused(run("publish", 2, "--by", admin), f"`madoguchi policy publish 2 --by {officer}`")
    refused(
        run("publish", 2, "--by", officer), "もう一人の承認", f"`madoguchi policy publish 2 --by {admin}`"
    )

    answer = told(run("publish", 2, "--by", admin, "--json"))

    names = (house.staff["officer"].name, house.staff["admin"].name)
    assert (answer["approval"], answer["made_by"], answer["approved_by"]) == ("second", *names)
    assert f"二人目が承認({names[1]})" in run("list").stdout


@pytest.mark.usefixtures("everybody")
def test_what_the_command_line_made_a_person_approves(run: Run, house: House, original: Path) -> None:
    run("import", original)

    answer = told(run("publish", 2, "--by", address(house, "officer"), "--json"))

    assert (answer["approval"], answer["made_by"]) == ("second", "コマンド")


@pytest.mark.usefixtures("everybody")
def test_one_alone_by_command(
    run: Run, house: House, original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, officer = stopped_clock(tmp_path, monkeypatch), address(house, "officer")
    leave(house, "admin")
    run("import", original, "--by", officer)
    refused(run("publish", 2, "--by", officer), "から公表できます", f"--by {officer} --reason 理由")
    time.forward(timedelta(hours=24))
    refused(run("publish", 2, "--by", officer), "理由を書いてください")

    answer = told(run("publish", 2, "--by", officer, "--reason", "承認する方がほかにいないため", "--json"))

    assert (answer["approval"], answer["reason"]) == ("alone", "承認する方がほかにいないため")


def test_T_C11_0_taken_over_by_command(run: Run, house: House, original: Path) -> None:
    officer = address(house, "officer")
    run("import", original, "--published-on", "2022-04-01", "--by", officer)

    answer = told(run("publish", 2, "--by", officer, "--json"))

    assert (answer["kind"], answer["approval"], answer["approved_by"]) == (
        "taken-over", "attested", house.staff["officer"].name,
    )  # fmt: skip
    assert (answer["published_on"], answer["enacted_on"]) == ("2022-04-01", "2022-04-01")
    assert answer["effective_from"] == "2022-04-01T00:00:00+09:00"
    assert f"公表ずみであることを申告({house.staff['officer'].name})" in run("list").stdout
    assert in_force(house.entity_id).number == 2


def test_taken_over_by_command_alone_is_shown_as_such(run: Run, house: House, original: Path) -> None:
    run("import", original, "--published-on", "2022-04-01")

    said = run("publish", 2)

    assert "設置のときに入れたもの(コマンド)" in said.stdout
    assert "お名前での申告はありません" in said.stdout


@pytest.mark.usefixtures("everybody")
def test_taking_over_needs_a_name_once_there_is_one(run: Run, original: Path) -> None:
    run("import", original, "--published-on", "2022-04-01")

    refused(run("publish", 2), "madoguchi policy publish 2 --by ")
    assert PolicyVersion.objects.count() == 1


def test_facts_are_named_anew_in_the_notices_too(run: Run, house: House) -> None:
    before = notice_in_force(house.form.id)
    begin(house, "command", kind="facts", facts={"name": "株式会社新しい名前"})

    answer = told(run("publish", 2, "--json"))

    assert (answer["kind"], {each["class"] for each in answer["changes"].values()}) == ("facts", {"name"})
    assert entity_facts(house.entity_id)["name"] == "株式会社新しい名前"
    after = notice_in_force(house.form.id)
    assert after.number == before.number + 1
    assert "株式会社新しい名前" in json.dumps(after.wording, ensure_ascii=False)


def test_imported_words_follow_the_facts(run: Run, house: House, tmp_path: Path) -> None:
    """The operator's name in the original became a merge field, so it changes with the operator's name."""
    path, name = tmp_path / "policy.md", entity_facts(house.entity_id)["name"]
    path.write_text(ORIGINAL.replace("株式会社ひなげし計画", name), encoding="utf-8")
    assert told(run("import", path, "--json"))["facts"]["name"] == 4
    run("publish", 2)
    assert in_force(house.entity_id).text.count(name) == 4
    begin(house, "command", kind="facts", facts={"name": "株式会社新しい名前"})

    run("publish", 3)

    assert in_force(house.entity_id).text.count("株式会社新しい名前") == 4


def test_one_draft_at_a_time_and_a_way_to_give_it_up(run: Run, house: House, original: Path) -> None:
    run("import", original)
    refused(run("import", original), "進めている下書き")
    begin(house, "command", kind="facts", facts={"phone": "03-0000-0000"})
    refused(run("publish", 2), "--kind", "text、facts")
    refused(run("publish", 3, "--kind", "text"), "第3版の下書きはありません")

    assert run("drop", 2, "--kind", "text").exit_code == 0
    refused(run("drop", 3), "第3版の下書きはありません")
    answer = told(run("publish", 2, "--json"))
    assert (answer["number"], answer["kind"], answer["changes"]) == (1, "set-up", {})
    begin(house, "command", kind="facts", facts={"phone": "03-1111-1111"})
    assert run("publish", 2).stdout.endswith("変わるところはないので、第1版のままです。\n")


def test_strangers_and_clerks_publish_nothing(run: Run, house: House, original: Path) -> None:
    run("import", original)
    refused(run("publish", 2, "--by", "nobody@example.jp"), "nobody@example.jp")
    refused(run("publish", 2, "--by", address(house, "clerk")), "個人情報管理者か管理者が行います")
    leave(house, "admin")
    refused(run("publish", 2, "--by", address(house, "admin")), "利用を止めてあります")
    refused(run("import", original, "--by", address(house, "clerk")), "個人情報管理者か管理者が行います")
    assert in_force(house.entity_id).number == 1


def test_a_draft_asked_for_on_the_desk_is_published_as_it_is(run: Run, house: House) -> None:
    asked(house)

    answer = told(run("publish", 2, "--by", address(house, "admin"), "--json"))

    assert (answer["approval"], answer["changes"]["3"]["class"]) == ("second", "notice")


def test_what_cannot_be_read_becomes_no_draft(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("こんにちは。", encoding="utf-8")
    (tmp_path / "empty").mkdir()

    refused(run("import", tmp_path / "a.txt"), "条文の切れ目")
    refused(run("import", tmp_path / "empty"), "*.md")
    assert Draft.objects.count() == 0
