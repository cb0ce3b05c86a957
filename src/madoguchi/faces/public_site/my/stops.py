"""One place to stop each use and each item, at once (clause 4-2; T-C4-2, T-C4-3).

What is stopped here binds the address, or what is collected of its holder: holding the mailbox is enough (DESIGN 3). The
use of a single matter is stopped by a request.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from madoguchi.faces.public_site.my.here import HOME, Here, back, own, page, posted
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.rooms.consent.queries import consents
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.forms.rules import FieldSpec
from madoguchi.rooms.gate.queries import standing_stops
from madoguchi.rooms.gate.rules import ITEM, Purpose, Stop
from madoguchi.rooms.inventory.queries.switches import items, switched_on
from madoguchi.rooms.rights.actions.stop_use import resume_use, stop_use
from madoguchi.rooms.rights.errors import EssentialItem

if TYPE_CHECKING:
    from madoguchi.rooms.inventory.items import Item

_USES: Mapping[str, tuple[str, str, str]] = {
    Stop.MAILINGS: (
        "ご案内のメール",
        "催しや新しい品物のご案内です。お問い合わせへのお返事は、止めても届きます。",
        "この先、ご案内のメールをお送りしません。送る準備を終えていたものも、お送りしません。",
    ),
    Stop.JOINT_USE: (
        "グループ会社との共同利用",
        "プライバシーポリシーに記した会社のあいだで使うことです。",
        "グループ会社からは、見えなくなります。",
    ),
    Stop.PROVISION: (
        "ほかの会社への提供",
        "法令で定められたときを除き、ほかの会社に渡すことです。",
        "ほかの会社には、お渡ししません。",
    ),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One thing with its switch. `since`: from when it is stopped; `essential`: only erasing everything stops it."""

    scope: str
    label: str
    says: str
    state: str
    since: datetime | None = None
    essential: bool = False


def uses_of(here: Here) -> list[Use]:
    since = _since(here.person)
    return [_use(scope, here, since) for scope in _USES]


def items_of(here: Here) -> list[Use]:
    """What an answer needs as one line, then each that may be left out."""
    found = _items(here)
    needed = [each for each in found if each.essential]
    together = [replace(needed[0], label="、".join(each.label for each in needed))] if needed else []
    return together + [each for each in found if not each.essential]


def _since(person: UUID) -> dict[str, datetime]:
    return {each.scope: each.asked_at for each in standing_stops(person) if each.about is None}


def _use(scope: str, here: Here, since: Mapping[str, datetime]) -> Use:
    label, says, _ = _USES[scope]
    state = "お送りしています" if scope == Stop.MAILINGS else "止めていません"
    if scope == Stop.MAILINGS and not consents(here.person, Purpose.EVENT_MAIL):
        state = "お申し込みがないため、お送りしていません"
    return Use(scope, label, says, state, since.get(scope))


def _items(here: Here) -> list[Use]:
    since, on, form = _since(here.person), switched_on(here.entity_id), first_form()
    with_switch = {item.code for item in items()}
    asked = [spec for spec in form.definition.fields if spec.key not in with_switch] if form else []
    switched = [item for item in items() if item.code in on or f"{ITEM}{item.code}" in since]
    return [_field(spec, since) for spec in asked] + [_switched(item, on, since) for item in switched]


def _field(spec: FieldSpec, since: Mapping[str, datetime]) -> Use:
    scope, needed = f"{ITEM}{spec.key}", spec.required
    return Use(scope, spec.label, _NEEDED if needed else "", "", since.get(scope), needed)


def _switched(item: "Item", on: Container[str], since: Mapping[str, datetime]) -> Use:
    scope = f"{ITEM}{item.code}"
    state = "お預かりすることがあります" if item.code in on else "お預かりしていません"
    return Use(scope, item.label, "", state, since.get(scope))


_NEEDED = "お返事をお届けするために欠かせません。止めるには、すべてを消すことになります。"


@own
@require_POST
def stops(request: HttpRequest, here: Here) -> HttpResponse:
    """At once, before the page comes back: what was queued is not sent any more."""
    given = posted(request)
    scope = given.get("scope")[:60]
    known = {each.scope: each for each in (*uses_of(here), *_items(here))}
    if scope not in known:
        raise NotFound
    try:
        if given.get("go") == "resume":
            resume_use(person=here.person, scope=scope, by=here.ref)
        else:
            stop_use(person=here.person, scope=scope, by=here.ref)
    except EssentialItem as refused:
        context = {"site": here.site, "use": known[scope], "message": refused.message}
        return page("essential", context, status=refused.status)
    noted = "resumed" if given.get("go") == "resume" else "stopped"
    return back(f"{HOME}?noted={noted}#{'items' if scope.startswith(ITEM) else 'uses'}")


def said_of(noted: str) -> str:
    return {"stopped": "止めました。すぐに効いています。", "resumed": "再開しました。"}.get(noted, "")
