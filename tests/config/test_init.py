"""`init` again: changed facts are taken, another company's profile is not."""

from pathlib import Path

from click.testing import CliRunner, Result

from madoguchi.config.cli.init import init
from madoguchi.config.profile import BUNDLED
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.policy.queries import in_force
from tests.house import House


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
