"""Attempts to change what was published."""

import pytest
from django.db import DatabaseError, connection

from madoguchi.rooms.policy.models import PolicyVersion
from tests.house import House
from tests.promises.planting import counted, drop_trigger, run

NAME = "policy.kept-word-for-word"


@pytest.mark.promise("policy.kept-word-for-word")
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE policy_policyversion SET html = html",
        "UPDATE policy_policyversion SET number = 9",
        "UPDATE policy_policyversion SET enacted_on = '1999-01-01'",
        "DELETE FROM policy_policyversion",
    ],
)
def test_the_database_itself_refuses(house: House, sql: str) -> None:
    with pytest.raises(DatabaseError, match="never"):
        run(sql)


@pytest.mark.promise("policy.kept-word-for-word")
def test_a_table_is_not_emptied_either(house: House) -> None:
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="never"):
            run("TRUNCATE policy_policyversion CASCADE")
    assert (counted(NAME).kept, counted(NAME).broken) == (1, 0)


@pytest.mark.promise("policy.kept-word-for-word")
def test_a_changed_word_is_noticed(house: House) -> None:
    drop_trigger("policy_policyversion", "policy_policyversion_no_update")
    version = PolicyVersion.objects.get()
    PolicyVersion.objects.filter(id=version.id).update(html=version.html.replace("個人情報", "個人情 報", 1))

    assert (counted(NAME).kept, counted(NAME).broken) == (0, 1)
