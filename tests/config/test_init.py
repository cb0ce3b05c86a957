"""`init` again: changed facts are taken, another company's profile is not."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from madoguchi.config.cli.init import init
from madoguchi.config.profile import BUNDLED
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.policy.queries.versions import in_force
from tests.changing import change_facts
from tests.house import House
from tests.journeys.filling import opened


def again(profile: Path | str, *arguments: str) -> Result:
    return CliRunner().invoke(init, ["--profile", str(profile), "--yes", *arguments])


def changed(folder: Path, old: str, new: str) -> Path:
    """The eclore profile with one fact changed, as a file of the operator's own."""
    text = (BUNDLED / "eclore.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "eclore").symlink_to(BUNDLED / "eclore")
    (folder / "own.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder / "own.toml"


def test_a_new_representative_is_a_new_version(house: House, tmp_path: Path) -> None:
    before = in_force(house.entity_id).number
    old = entity_facts(house.entity_id)["representative"]

    result = again(changed(tmp_path, old, "新任 太郎"))

    assert result.exit_code == 0, result.output
    assert entity_facts(house.entity_id)["representative"] == "新任 太郎"
    assert in_force(house.entity_id).number > before
    assert "madoguchi staff link" in result.output


def test_another_company_is_refused(house: House) -> None:
    before = entity_facts(house.entity_id)

    result = again("demo")

    assert result.exit_code == 1
    assert before["name"] in result.output
    assert "--rename" in result.output
    assert entity_facts(house.entity_id) == before


def test_a_company_may_take_a_new_name(house: House, tmp_path: Path) -> None:
    old = entity_facts(house.entity_id)["name"]
    profile = changed(tmp_path, old, "新しい名前株式会社")

    assert again(profile).exit_code == 1
    assert again(profile, "--rename").exit_code == 0
    assert entity_facts(house.entity_id)["name"] == "新しい名前株式会社"


def test_what_was_approved_at_the_desk_outlives_the_profile(house: House, tmp_path: Path) -> None:
    """Other facts and another wording since: `init` again takes neither back, and says so in one line."""
    assert "画面で変えたもの" not in again("eclore").output
    change_facts(house, name="株式会社あたらしい", phone="03-1111-1111")
    officer = house.sign_in("officer")
    opened(officer, "/desk/notices/").send(go="save", use="お返事に使います。{{operator.name}}")
    facts, notice, policy = (
        entity_facts(house.entity_id), notice_in_force(house.form.id), in_force(house.entity_id),
    )  # fmt: skip

    result = again("eclore")

    assert result.exit_code == 0, result.output
    assert (
        "会社の情報とフォームの案内文は、画面で変えたものをそのまま残しました。変えるときは、画面からどうぞ。"
        in result.output.splitlines()
    )
    assert entity_facts(house.entity_id) == facts
    assert notice_in_force(house.form.id).id == notice.id
    assert in_force(house.entity_id).id == policy.id
    assert again("demo").exit_code == 1
    assert entity_facts(house.entity_id) == facts


def test_other_facts_in_a_notice_leave_its_words_to_the_profile(house: House, tmp_path: Path) -> None:
    """Naming the facts anew is no wording of the staff's own."""
    change_facts(house, phone="03-1111-1111", name="株式会社あたらしい")
    assert "株式会社あたらしい" in str(notice_in_force(house.form.id).wording)

    result = again(changed(tmp_path, "セミナーやイベントの情報", "催しの情報"))

    assert "会社の情報は、画面で変えたものを" in result.output
    wording = str(notice_in_force(house.form.id).wording)
    assert ("催しの情報" in wording, "株式会社あたらしい" in wording) == (True, True)


def test_a_wording_of_the_staff_follows_the_facts_of_the_profile(house: House, tmp_path: Path) -> None:
    opened(house.sign_in("officer"), "/desk/notices/").send(
        go="save", use="{{operator.representative}}がお返事します。"
    )
    old = entity_facts(house.entity_id)["representative"]

    result = again(changed(tmp_path, old, "新任 太郎"))

    assert "フォームの案内文は、画面で変えたものを" in result.output
    assert notice_in_force(house.form.id).wording["use"] == "新任 太郎がお返事します。"
    assert "フォームの案内文は" in again("eclore").output


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ("privacy.form", "privacy.form.slug"), ("privacy.notice", "privacy.notice.uses"), ("hours", "hours"),
        ("mailing", "mailing"),
    ],
)  # fmt: skip
def test_a_profile_with_a_part_missing_is_told_which(
    house: House, tmp_path: Path, table: str, missing: str
) -> None:
    before = entity_facts(house.entity_id)

    result = again(changed(tmp_path, f"[{table}]", f"[other.{table}]"))

    assert (result.exit_code, result.exception.__class__) == (1, SystemExit)
    assert f"own.toml に {missing} がありません。" in result.output
    assert entity_facts(house.entity_id) == before


def test_screening_is_switched_on_at_the_set_up(house: House) -> None:
    from madoguchi.rooms.screening.queries.state import standing

    assert again("eclore").exit_code == 0
    assert (standing(house.entity_id).state, standing(house.entity_id).asked) == ("badge", False)
    assert again("eclore", "--screening", "on").exit_code == 0

    assert (standing(house.entity_id).state, standing(house.entity_id).asked) == ("on", True)
