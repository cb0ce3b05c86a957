"""From draft to version: complete, seen, asked for, approved by another; facts and what was public before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.organisation.actions.finish_setup import finish_setup
from madoguchi.rooms.organisation.errors import NotForYou
from madoguchi.rooms.organisation.queries import entity_facts, has_own_wording
from madoguchi.rooms.policy import errors
from madoguchi.rooms.policy.actions.draft import drop_draft, return_draft
from madoguchi.rooms.policy.models import Approval, Draft, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import authors, open_drafts, sheet
from madoguchi.rooms.policy.queries.versions import ahead, by_digest, in_force, in_order
from madoguchi.rooms.policy.rules import Document
from madoguchi.rooms.policy.rules.publishing import NAMES_REASON, ChangeClass, Classed
from tests.clockwork import Clock, stopped_clock
from tests.house import House
from tests.rooms.policy.drafting import (
    NOTICE,
    ask,
    asked,
    attest,
    begin,
    change,
    confirm,
    latest,
    leave,
    publish,
    reworded,
    who,
)


@pytest.fixture
def clockwork(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return stopped_clock(tmp_path, monkeypatch)


# -- complete, and as it was seen --------------------------------------------------------------------


def test_the_way_of_a_draft(house: House) -> None:
    first = in_force(house.entity_id)

    version = publish(house, asked(house))

    assert (version.number, version.kind, version.approval) == (2, Kind.TEXT, Approval.SECOND)
    assert version.changes == {"3": {"class": "notice", "reason": NOTICE.reason}}
    assert (version.made_by_id, version.approved_by_id) == (
        house.staff["officer"].id,
        house.staff["admin"].id,
    )
    assert version.published_on == clock.today()
    assert in_force(house.entity_id).id == version.id
    assert PolicyVersion.objects.get(id=first.id).superseded_at == version.effective_from
    draft = Draft.objects.get()
    assert (draft.version_id, draft.closed_at is None) == (version.id, False)
    assert not has_own_wording(house.entity_id)


def test_nothing_is_asked_before_it_is_complete(house: House) -> None:
    draft = begin(house)
    with pytest.raises(errors.BindingsUnconfirmed):
        ask(house, draft)
    confirm(house, draft)
    with pytest.raises(errors.NotClassed, match="第3条"):
        ask(house, draft)
    change(house, draft, changes={3: Classed(ChangeClass.WORDING, " ")})
    with pytest.raises(errors.NotClassed, match="理由"):
        ask(house, draft)
    change(house, draft, changes={3: Classed(ChangeClass.CONSENT, "")})
    assert ask(house, draft).asked_at is not None
    assert publish(house, draft).needs_consent


def test_nobody_publishes_what_they_have_not_seen(house: House) -> None:
    draft = asked(house)
    seen = latest(draft).edited_at
    change(house, draft, document=reworded(house, more="\n別の追記です。"))
    confirm(house, draft)
    ask(house, draft)

    with pytest.raises(errors.ChangedMeanwhile):
        publish(house, draft, seen=seen)
    assert PolicyVersion.objects.count() == 1


def test_a_change_within_one_tick_of_the_clock_is_another_state(house: House, clockwork: Clock) -> None:
    draft = begin(house)
    seen = latest(draft).edited_at

    assert change(house, draft, enacted_on=date(2023, 4, 1)).edited_at > seen


def test_whatever_changes_is_asked_for_anew(house: House) -> None:
    draft = asked(house)
    change(house, draft, enacted_on=date(2023, 4, 1))

    with pytest.raises(errors.NotAsked):
        publish(house, draft)


def test_the_same_words_stay_confirmed_and_others_do_not(house: House) -> None:
    draft = confirm(house, begin(house))
    assert change(house, draft, document=reworded(house)).confirmed_at is not None

    assert change(house, draft, document=reworded(house, more="\n別。")).confirmed_at is None


def test_what_was_asked_before_another_version_is_asked_again(house: House) -> None:
    first = asked(house)
    facts = begin(house, kind="facts", facts={"representative": "新任 太郎"})
    ask(house, facts)
    publish(house, facts)

    with pytest.raises(errors.AskedBefore):
        publish(house, first)
    change(house, first, changes=dict.fromkeys(sheet(latest(first)).changed, NOTICE))
    assert publish(house, ask(house, first)).number == 3


def test_a_version_that_came_into_force_meanwhile_counts_too(house: House, clockwork: Clock) -> None:
    publish(house, asked(house, effective_from=clock.now() + timedelta(days=1)))
    draft = asked(house, document=reworded(house, number=4))
    clockwork.forward(timedelta(days=2))

    with pytest.raises(errors.AskedBefore):
        publish(house, draft)


def test_a_list_indented_without_end_is_read_all_the_same(house: House) -> None:
    lines = [f"{' ' * depth}・項目{depth}" for depth in range(600)]
    draft = begin(house, document=reworded(house, more="\n" + "\n".join(lines)))

    html = sheet(draft).rendered.html

    assert [f"項目{depth}</div>" in html or f"項目{depth}<ul" in html for depth in range(600)] == [True] * 600


def test_one_of_a_kind_is_open(house: House) -> None:
    begin(house)
    with pytest.raises(errors.DraftOpenAlready):
        begin(house, "admin")
    begin(house, "admin", kind="facts", facts={"phone": "03-0000-0000"})
    assert len(open_drafts(house.entity_id)) == 2


def test_a_closed_draft_goes_nowhere(house: House) -> None:
    draft = asked(house)
    drop_draft(entity_id=house.entity_id, draft_id=draft.id, by=who(house, "admin"))

    for verb in (ask, confirm, publish):
        with pytest.raises(errors.DraftClosed):
            verb(house, draft)
    assert in_force(house.entity_id).number == 1


def test_a_clerk_does_none_of_it(house: House) -> None:
    draft = asked(house)
    for verb in (ask, confirm, publish):
        with pytest.raises(NotForYou):
            verb(house, draft, "clerk")
    with pytest.raises(NotForYou):
        begin(house, "clerk", kind="facts", facts={})


# -- the second person --------------------------------------------------------------------------------


def test_whoever_ever_changed_it_is_no_second_person(house: House) -> None:
    draft = begin(house)
    change(house, draft, "admin", changes={3: NOTICE})
    change(house, draft, "officer", enacted_on=date(2023, 4, 1))
    confirm(house, draft)
    ask(house, draft)

    assert authors(latest(draft)) == {who(house, "officer"), who(house, "admin")}
    with pytest.raises(errors.SecondPersonNeeded, match="もう一人") as refused:
        publish(house, draft, "admin")
    assert "お一人が作り直す" in refused.value.next_step


def test_whoever_confirms_or_hands_back_has_made_nothing(house: House) -> None:
    draft = change(house, begin(house), changes={3: NOTICE})
    confirm(house, draft, "admin")
    ask(house, draft)
    return_draft(
        entity_id=house.entity_id, draft_id=draft.id, by=who(house, "admin"), because="もう少し短く。"
    )
    ask(house, draft)

    assert publish(house, draft, "admin").approval == Approval.SECOND


def test_other_bindings_are_a_change(house: House) -> None:
    draft = change(house, begin(house), changes={3: NOTICE})
    bound = sheet(draft).document.clauses[0]
    assert bound.promises == ()
    confirm(house, draft, "admin", document=reworded(house, more="\n追記です。\n"))
    ask(house, draft)

    with pytest.raises(errors.SecondPersonNeeded):
        publish(house, draft, "admin")


def test_the_command_line_speaks_until_somebody_can(house: House) -> None:
    draft = asked(house, "command")
    version = publish(house, draft, "command")
    assert (version.approval, version.approved_by_kind) == (Approval.SET_UP, "command")

    finish_setup(staff=house.staff["clerk"], password="correct horse battery")
    publish(house, asked(house, "command"), "command")
    finish_setup(staff=house.staff["admin"], password="correct horse battery")
    draft = asked(house, "command")
    with pytest.raises(errors.NameNeeded):
        publish(house, draft, "command")
    assert publish(house, draft, "officer").approval == Approval.SECOND


def test_one_alone_waits_and_says_why(house: House, clockwork: Clock) -> None:
    leave(house, "admin")
    draft = asked(house)
    clockwork.forward(timedelta(hours=23, minutes=59))
    with pytest.raises(errors.AloneTooSoon):
        publish(house, draft, "officer", "急ぎのため")
    clockwork.forward(timedelta(minutes=1))
    with pytest.raises(errors.ReasonMissing):
        publish(house, draft, "officer", "  ")

    version = publish(house, draft, "officer", " 承認する方がほかにいないため ")

    assert (version.approval, version.reason) == (Approval.ALONE, "承認する方がほかにいないため")


# -- facts -----------------------------------------------------------------------------------------------


def test_changed_names_say_themselves_what_they_mean(house: House) -> None:
    draft = begin(house, kind="facts", facts={"representative": "新任 太郎", "address": "東京都港区1-1"})

    assert sheet(draft).said == dict.fromkeys(sheet(draft).changed, Classed(ChangeClass.NAME, NAMES_REASON))
    assert sheet(draft).changed == [7, 10]
    version = publish(house, ask(house, draft))
    assert entity_facts(house.entity_id)["representative"] == "新任 太郎"
    assert "新任 太郎" in version.text
    assert (version.kind, version.needs_consent) == (Kind.FACTS, False)


def test_another_range_of_joint_use_waits_for_a_person_to_say(house: House) -> None:
    facts = {"joint_use_range": "当社の国内の子会社", "desk": "お客様相談室"}
    draft = begin(house, kind="facts", facts=facts)

    assert (sheet(draft).changed, list(sheet(draft).said)) == ([7, 10], [10])
    with pytest.raises(errors.NotClassed, match="第7条"):
        ask(house, draft)
    draft = change(house, draft, facts={"desk": "お客様相談室"})
    assert (sheet(draft).changed, list(sheet(draft).said)) == ([10], [10])


def test_the_version_announced_for_later_is_made_anew_with_the_facts(house: House) -> None:
    later = clock.now() + timedelta(days=30)
    announced = publish(house, asked(house, effective_from=later))
    draft = begin(house, kind="facts", facts={"representative": "新任 太郎"})

    now_on = publish(house, ask(house, draft))

    (coming,) = ahead(house.entity_id)
    assert [now_on.number, coming.number] == [3, 4]
    assert (coming.effective_from, coming.changes, coming.kind) == (later, announced.changes, Kind.FACTS)
    assert all("新任 太郎" in each.text for each in (now_on, coming))
    assert ("追記です。" in now_on.text, "追記です。" in coming.text) == (False, True)
    assert PolicyVersion.objects.get(id=announced.id).never_held


def test_facts_that_stand_in_no_clause_make_no_version(house: House) -> None:
    first = in_force(house.entity_id)
    later = publish(house, asked(house, effective_from=clock.now() + timedelta(days=30)))
    draft = begin(house, kind="facts", facts={"phone": "03-0000-0000", "sender_name": "青葉 窓口"})

    assert publish(house, ask(house, draft)).id == first.id

    assert entity_facts(house.entity_id)["phone"] == "03-0000-0000"
    assert [each.id for each in in_order(house.entity_id)] == [first.id, later.id]
    done = latest(draft)
    assert (done.closed_at is None, done.version, done.approval) == (False, None, Approval.SECOND)
    with pytest.raises(errors.DraftClosed):
        publish(house, draft)


def test_a_fact_that_only_the_announced_text_names_makes_that_one_anew(house: House) -> None:
    first, later = in_force(house.entity_id), clock.now() + timedelta(days=30)
    document = reworded(house, more="\nお電話は {{operator.phone}} へ。")
    announced = publish(house, asked(house, document=document, effective_from=later))

    facts = begin(house, kind="facts", facts={"phone": "03-0000-0000"})

    assert publish(house, ask(house, facts)).id == first.id
    (coming,) = ahead(house.entity_id)
    assert (coming.number, coming.effective_from, coming.changes) == (3, later, announced.changes)
    assert "お電話は 03-0000-0000 へ。" in coming.text


def test_a_fact_that_changed_since_is_asked_about_again(house: House) -> None:
    """The draft names it, the policy in force does not: nobody has seen the draft with the new one."""
    text = asked(house, document=reworded(house, more="\nお電話は {{operator.phone}} へ。"))
    publish(house, ask(house, begin(house, kind="facts", facts={"phone": "03-0000-0000"})))

    with pytest.raises(errors.AskedBefore):
        publish(house, text)


def test_one_alone_gives_a_reason_for_facts_too(house: House, clockwork: Clock) -> None:
    leave(house, "admin")
    draft = ask(house, begin(house, kind="facts", facts={"phone": "03-0000-0000"}))
    with pytest.raises(errors.AloneTooSoon):
        publish(house, draft, "officer", "番号が変わったため")
    clockwork.forward(timedelta(hours=24))
    with pytest.raises(errors.ReasonMissing):
        publish(house, draft, "officer")

    publish(house, draft, "officer", "番号が変わったため")

    assert (latest(draft).approval, latest(draft).reason) == (Approval.ALONE, "番号が変わったため")


def test_facts_hold_at_once(house: House) -> None:
    draft = begin(house, kind="facts", facts={"representative": "新任 太郎"})
    change(house, draft, effective_from=clock.now() + timedelta(days=1))

    with pytest.raises(errors.FactsHoldAtOnce):
        ask(house, draft)


def test_facts_change_what_is_in_force_when_they_are_published(house: House) -> None:
    """Not what was in force when somebody began."""
    facts = begin(house, kind="facts", facts={"representative": "新任 太郎"})
    publish(house, asked(house))

    version = publish(house, ask(house, facts))

    assert "追記です。" in version.text
    assert "新任 太郎" in version.text


# -- what was public before --------------------------------------------------------------------------


def taken_over(house: House, published_on: date, by: str = "officer", **given: Any) -> Draft:
    draft = begin(house, by, kind="taken-over", published_on=published_on, document=reworded(house))
    if given:
        draft = change(house, draft, by, **given)
    return confirm(house, draft, by)


def test_a_version_of_before_keeps_its_dates_and_its_witness(house: House) -> None:
    version = attest(house, taken_over(house, date(2022, 4, 1)))

    assert (version.kind, version.approval) == (Kind.TAKEN_OVER, Approval.ATTESTED)
    assert version.approved_by_id == house.staff["officer"].id
    assert version.published_on == date(2022, 4, 1)
    assert version.effective_from == datetime(2022, 3, 31, 15, tzinfo=UTC)
    assert in_force(house.entity_id).id == version.id


def test_an_older_version_taken_over_later_moves_no_end(house: House, clockwork: Clock) -> None:
    """The set-up's wording stopped being shown when the first was stored, and binds nobody for longer."""
    newer = attest(house, taken_over(house, date(2024, 10, 1)))
    clockwork.forward(timedelta(days=10))
    older = attest(house, taken_over(house, date(2022, 4, 1)))

    assert [(each.number, each.superseded_at) for each in in_order(house.entity_id)] == [
        (1, newer.stored_at), (older.number, newer.stored_at), (newer.number, None),
    ]  # fmt: skip
    assert in_force(house.entity_id).id == newer.id


@pytest.mark.parametrize(
    ("published_on", "given", "refusal"),
    [
        (date(2999, 1, 1), {}, errors.NotYetPublic),
        (date(2022, 4, 1), {"effective_from": datetime(2022, 3, 31, 14, 59, tzinfo=UTC)}, errors.TooEarly),
    ],
)
def test_what_cannot_have_been_is_not_taken_over(
    house: House, published_on: date, given: dict[str, Any], refusal: type[Exception]
) -> None:
    draft = taken_over(house, published_on, **given)

    with pytest.raises(refusal):
        attest(house, draft)


def test_after_the_set_up_nothing_was_public_elsewhere_before(house: House, clockwork: Clock) -> None:
    """Whoever could date a new text by yesterday would need nobody's approval."""
    clockwork.forward(timedelta(days=3))
    draft = taken_over(house, clock.today() - timedelta(days=1))

    with pytest.raises(errors.PublishedHereSince):
        attest(house, draft)


def test_taking_over_is_no_way_round_the_second_person(house: House) -> None:
    publish(house, asked(house))
    draft = taken_over(house, clock.today() + timedelta(days=0), "admin", effective_from=clock.now())

    with pytest.raises(errors.PublishedHereSince):
        attest(house, draft, "admin")
    with pytest.raises(errors.PublishedHereSince):
        publish(house, draft, "admin")


def test_each_kind_has_its_own_way(house: House) -> None:
    with pytest.raises(errors.NotAttested):
        attest(house, asked(house))
    with pytest.raises(errors.NotAttested):
        publish(house, taken_over(house, date(2022, 4, 1)))


def test_a_text_draft_has_no_day_of_before(house: House) -> None:
    """A day given to the wrong kind of draft changes nothing: it is published today."""
    version = publish(house, asked(house, published_on=date(2020, 1, 1)))

    assert version.published_on == clock.today()
    assert version.effective_from == version.stored_at


# -- the same words twice ---------------------------------------------------------------------------


def test_words_that_come_again_are_known_as_those_that_held_last(house: House, clockwork: Clock) -> None:
    first = in_force(house.entity_id)
    publish(house, asked(house))
    back = Document.from_json(first.document)
    clockwork.forward(timedelta(hours=1))
    later = publish(
        house, asked(house, document=back,
                     effective_from=clock.now() + timedelta(days=9)),
    )  # fmt: skip

    assert later.digest == first.digest
    found = by_digest(first.digest)
    assert found is not None
    assert found.id == first.id
    clockwork.forward(timedelta(days=10))
    found = by_digest(first.digest)
    assert found is not None
    assert found.id == later.id


def test_the_record_names_who_did_what(house: House) -> None:
    from madoguchi.rooms.audit.queries import about

    draft = asked(house)
    version = publish(house, draft)

    assert [(each.kind, each.by) for each in about(Ref("policy-draft", draft.id))] == [
        (kind, who(house, "officer"))
        for kind in ("policy.draft-begun", "policy.draft-changed", "policy.bindings-confirmed", "policy.approval-asked")
    ]  # fmt: skip
    (published,) = about(Ref("policy", version.id))
    assert published.details == {"number": 2, "digest": version.digest, "approval": "second"}
    assert published.by == who(house, "admin")


def test_what_stands_before_the_clauses_is_classed_too(house: House) -> None:
    """Who 「当社」 is stands in no clause; the dates at the end change with every version."""
    document = reworded(house, number=0)
    preamble = document.preamble.replace("ecloreグループ", "別の会社").replace(
        "{{operator.group}}", "別の会社"
    )
    changed = replace(document, preamble=preamble, closing=f"{document.closing}\n2027年1月1日 改定")
    draft = begin(house, document=changed)

    assert sheet(draft).changed == [0]
    confirm(house, draft)
    with pytest.raises(errors.NotClassed) as refused:
        ask(house, draft)
    assert refused.value.message == "前文の変更について、お客様への影響を選んでください。"
    confirm(house, change(house, draft, changes={0: Classed(ChangeClass.CONSENT, "")}))
    version = publish(house, ask(house, draft), by="admin")

    assert version.changes == {"0": {"class": "consent", "reason": ""}}
    assert version.needs_consent
