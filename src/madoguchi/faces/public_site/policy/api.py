"""The policy for programs: every version that was ever published, word for word, with its digest."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from madoguchi.faces.public_site.policy.comparing import place_of
from madoguchi.foundation.lib.errors import NotFound
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.policy.queries.versions import by_number, in_force, list_versions

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

router = Router(tags=["プライバシーポリシー"])
MOST = 200


class NoSuchVersion(NotFound):
    default = "この番号の版は公表されていません。"


class Version(Schema):
    """`state`: now, ahead, past, or never (overtaken before it came into force). `superseded_at` may lie ahead."""

    number: int
    state: str
    title: str
    digest: str = Field(
        description="`html` の UTF-8 の SHA-256。公開しているページの条文と、一字ずつ同じです。"
    )
    enacted_on: date
    published_on: date
    effective_from: datetime
    superseded_at: datetime | None
    url: str


class Clause(Schema):
    number: int
    title: str
    heading: str
    text: str
    promises: list[str]


class WholeVersion(Version):
    text: str
    html: str
    clauses: list[Clause]


class VersionPage(Schema):
    items: list[Version]
    next_cursor: str


class Paging(Schema):
    limit: int = Field(50, ge=1, le=MOST)
    cursor: str = Field("", pattern=r"^[0-9]{0,9}$", description="前の答えの `next_cursor`。")


@router.get("/policy/versions", response=VersionPage, summary="ポリシーの版の一覧(新しい順)")
def list_policy_versions(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    entity = only_entity()
    if entity is None:
        raise NoPolicy
    current = in_force(entity.id)
    before = int(paging.cursor or 2**31)
    older = [each for each in list_versions(entity.id) if each.number < before]
    page, more = older[: paging.limit], len(older) > paging.limit
    return {
        "items": [_version(each, current) for each in page],
        "next_cursor": str(page[-1].number) if more else "",
    }


@router.get("/policy/versions/{number}", response=WholeVersion, summary="ポリシーの一つの版の全文")
def read_policy_version(request: HttpRequest, number: int) -> dict[str, Any]:
    entity = only_entity()
    found = by_number(entity.id, number) if entity and 0 < number < 2**31 else None
    if entity is None or found is None:
        raise NoSuchVersion
    whole = {"text": found.text, "html": found.html, "clauses": found.clauses}
    return _version(found, in_force(entity.id)) | whole


def _version(found: "PolicyVersion", current: "PolicyVersion") -> dict[str, Any]:
    names = ("number", "title", "digest", "enacted_on", "published_on", "effective_from", "superseded_at")
    return {name: getattr(found, name) for name in names} | {
        "state": place_of(found, current),
        "url": f"{settings.BASE_URL}/policy/versions/{found.number}/",
    }
