"""What fills a letter about a request: read from the facts, never typed (merge fields of `letter_texts`)."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from madoguchi.foundation.lib import calendar, clock, links, numbers
from madoguchi.foundation.lib.merging import merge
from madoguchi.foundation.lib.text import mail_line, shown_name
from madoguchi.rooms.inventory.queries.records import Certificate, certificate
from madoguchi.rooms.organisation.queries import operator
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.queries.versions import in_force, uses_of
from madoguchi.rooms.rights.letter_texts import DONE, TEXTS, USES
from madoguchi.rooms.rights.models import Decision, DisclosurePackage, Redaction, RightsRequest
from madoguchi.rooms.rights.queries.collected import matters_of
from madoguchi.rooms.rights.queries.desk import privacy_desk
from madoguchi.rooms.rights.queries.fee import fee_of
from madoguchi.rooms.rights.queries.requests import asked_of
from madoguchi.rooms.rights.queries.shown import passed
from madoguchi.rooms.rights.rules import asking, fees
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.queries import file_key

STATUS, PACKAGE = "request", "package"  # purposes of links
OPEN_FOR = timedelta(days=14)  # how long a package can be fetched
_PRIVACY = "/forms/privacy/"
_REFUND = "お預かりした手数料は、お返しします。振込先をお知らせください。"
_NO_REFUND = "調査の手数料として頂戴したため、お返しはいたしません。"


def letter(request: RightsRequest, kind: str) -> tuple[str, str]:
    """Subject and body, with what nobody can know left open as `｛…｝`."""
    values, text = _values(request), TEXTS[kind]
    values |= _decided(request, values)
    return merge(text.subject, values), merge(text.body, values).strip() + "\n"


def status_url(request: RightsRequest) -> str:
    return f"{settings.BASE_URL}/requests/{links.mint(STATUS, request.id, request.link_issue)}/"


def package_url(package: DisclosurePackage) -> str:
    return f"{settings.BASE_URL}/requests/{links.mint(PACKAGE, package.id, package.link_issue)}/package/"


def last_day(package: DisclosurePackage) -> date:
    """The last day on which it can be fetched."""
    return clock.local((package.ready_at or package.made_at) + OPEN_FOR).date()


def _values(request: RightsRequest) -> dict[str, str]:
    owner, asked, fee = operator(request.entity_id), asked_of(request), fee_of(request)
    desk, proven = privacy_desk(request.entity_id), "mailbox" in passed(request)
    settled = fee is not None and fee.settled_at is not None and fee.how in fees.HOW and fee.how != "waived"
    facts = {
        "operator.postal_code": "",
        "operator.phone": "",
        "operator.address": "",
        "operator.desk": "個人情報の窓口",
    }
    return facts | merge_facts(owner.facts) | {
        "name_line": _to_whom(request, asked),
        "number": request.number,
        "kind": rules.KINDS[request.kind].label,
        "arrived": calendar.japanese_date(request.arrived_at),
        "line": calendar.japanese_day(request.line_on) if request.line_on else "",
        "due": calendar.japanese_day(request.due_on),
        "fee": f"{fee.yen:,}" if fee and fee.yen and fee.how != "waived" else "",
        "pay_to": desk.pay_to.strip() or "｛お支払い先｝",
        "refund": (_REFUND if desk.refunds else _NO_REFUND) if settled else "",
        "status_url": status_url(request),
        "proven": "yes" if proven else "",
        "unproven": "" if proven else "yes",
        "privacy_url": f"{settings.BASE_URL}{_PRIVACY}",
    }  # fmt: skip


def _to_whom(request: RightsRequest, asked: Mapping[str, str]) -> str:
    """Whoever speaks for the person, where somebody does."""
    name = asked.get("agent_name") if request.agent else ""
    return shown_name(mail_line(numbers.mask(name or asked.get("name", ""))))


def _decided(request: RightsRequest, values: Mapping[str, str]) -> dict[str, str]:
    empty = dict.fromkeys(("ground", "article", "reason", "instead", "done"), "")
    decision = Decision.objects.filter(request_id=request.id).first()
    if decision is None:
        return empty
    key, ground = file_key(request.file_id), rules.GROUNDS.get(decision.ground)
    return empty | {
        "ground": ground.label if ground else "",
        "article": ground.article if ground else "",
        "reason": decision.opened(key, "reason"),
        "instead": decision.opened(key, "instead"),
        "done": merge(DONE[request.kind], {**values, **_done(request)}),
    }


def _done(request: RightsRequest) -> dict[str, str]:
    """What was carried out, for the letters that tell it."""
    names = (
        "package_url", "package_until", "paper", "redacted", "digest", "uses", "policy_url", "item", "value",
        "numbers", "erased_on", "erased", "remainder", "copies",
    )  # fmt: skip
    empty = dict.fromkeys(names, "")
    match request.kind:
        case "disclosure":
            return empty | _packed(request)
        case "purpose_notice":
            return empty | _uses(request.entity_id)
        case "correction" | "collection_stop":
            return empty | _item(request)
        case "use_cessation":
            return empty | {"numbers": "\n".join(sorted(matters_of(request).values()))}
        case "erasure" if request.deletion is not None:
            return empty | _erased(certificate(request.deletion))
    return empty


def _packed(request: RightsRequest) -> dict[str, str]:
    package = DisclosurePackage.objects.filter(request_id=request.id).exclude(state="replaced").first()
    if package is None or not package.digest:
        return {"digest": "｛お渡しするファイルの用意ができてから入ります｝"}
    redacted = Redaction.objects.filter(request_id=request.id).count()
    electronic = package.form == "electronic"
    return {
        "package_url": package_url(package) if electronic else "",
        "package_until": calendar.japanese_day(last_day(package)),
        "paper": "" if electronic else "yes",
        "redacted": str(redacted or ""),
        "digest": package.digest,
    }


def _uses(entity_id: UUID) -> dict[str, str]:
    policy = in_force(entity_id)
    announced = uses_of(policy)
    lines = [f"・{label}" for code, label in USES.items() if code in announced]
    return {
        "uses": "\n".join(lines) or "｛利用目的｝",
        "policy_url": f"{settings.BASE_URL}/policy/versions/{policy.number}/",
    }


def _item(request: RightsRequest) -> dict[str, str]:
    asked = asked_of(request)
    labels = asking.items_of(request.kind)
    return {
        "item": labels.get(asked.get("item", ""), "｛直した項目｝"),
        "value": asked.get("value") or "｛直した内容｝",
    }


def _erased(done: Certificate) -> dict[str, str]:
    staying = [
        f"・{each.what}：{each.law}" + (f"（{calendar.japanese_day(each.until)}まで）" if each.until else "")
        for each in done.remainder
    ]
    return {
        "erased_on": calendar.japanese_date(done.finished_at or done.begun_at),
        "erased": f"{done.files:,}",
        "remainder": "\n".join(staying),
        "copies": done.copies,
    }
