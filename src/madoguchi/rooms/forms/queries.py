"""Forms as they stand, and as somebody saw them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from madoguchi.foundation.lib.declarations import Part
from madoguchi.foundation.lib.hours import Target, read_target
from madoguchi.rooms.forms.models import Form, FormVersion, Steps
from madoguchi.rooms.forms.rules import Definition


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form with the version in force. `digest` names the definition in pages and envelopes; `target`: within what
    an answer is due, where that is not as the operator's hours say."""

    id: UUID
    slug: str
    entity_id: UUID
    version_id: UUID
    digest: str
    definition: Definition
    superseded_at: datetime | None = None
    target: Target | None = None


def form_by_slug(slug: str) -> OpenForm | None:
    version = (
        FormVersion.objects.select_related("form")
        .filter(form__slug=slug, superseded_at=None)
        .order_by("-number")
        .first()
    )
    return _open(version) if version else None


def form_by_id(form_id: UUID) -> OpenForm:
    """With the version in force."""
    version = FormVersion.objects.select_related("form").filter(form_id=form_id, superseded_at=None)
    return _open(version.order_by("-number")[0])


def digest_in_force(slug: str) -> tuple[UUID, UUID, str] | None:
    """Form, entity and digest only: what the public page asks every second. No slug means the front door, `/`."""
    versions = FormVersion.objects.filter(superseded_at=None, **({"form__slug": slug} if slug else {}))
    return versions.order_by("form_id", "-number").values_list("form_id", "form__entity_id", "digest").first()


def first_form() -> OpenForm | None:
    """The form at the front door, `/`."""
    slug = Form.objects.order_by("id").values_list("slug", flat=True).first()
    return form_by_slug(slug) if slug else None


def open_forms(entity_id: UUID) -> list[OpenForm]:
    """Every form of this operator with the version in force, the oldest first."""
    versions = FormVersion.objects.select_related("form").filter(
        form__entity_id=entity_id, superseded_at=None
    )
    return [_open(each) for each in versions.order_by("form_id", "number")]


def form_as_shown(form_id: UUID, digest: str) -> OpenForm | None:
    """The version a page with this digest was made from, superseded or not."""
    version = (
        FormVersion.objects.select_related("form")
        .filter(form_id=form_id, digest=digest)
        .order_by("-number")
        .first()
    )
    return _open(version) if version else None


@lru_cache(maxsize=64)
def definition_of(version_id: UUID) -> Definition:
    """What was asked in this version; versions never change, so it may be remembered."""
    return Definition.from_json(FormVersion.objects.values_list("definition", flat=True).get(id=version_id))


def versions_asking(key: str) -> list[UUID]:
    """Every version, superseded or not, that asks this question."""
    stored = FormVersion.objects.values_list("id", "definition")
    return [id for id, definition in stored if any(spec["key"] == key for spec in definition["fields"])]


def parts() -> list[Part]:
    """Every question that is asked or was asked and may still be held, the present ones first."""
    found: dict[str, Part] = {}
    for definition, superseded_at in FormVersion.objects.order_by(
        F("superseded_at").desc(nulls_first=True), "form_id", "number"
    ).values_list("definition", "superseded_at"):
        for spec in Definition.from_json(definition).fields:
            announced = spec.announced or "2-1e"
            found.setdefault(spec.key, Part(spec.key, spec.label, announced, superseded_at is None))
    return list(found.values())


def _open(version: FormVersion) -> OpenForm:
    form: Form = version.form
    return OpenForm(
        form.id, form.slug, form.entity_id, version.id, version.digest,
        Definition.from_json(version.definition), version.superseded_at, _target(form.target),
    )  # fmt: skip


def targets_of(entity_id: UUID) -> dict[UUID, Target | None]:
    """By form, within what an answer is due; None as the operator's hours say."""
    stored = Form.objects.filter(entity_id=entity_id).values_list("id", "target")
    return {id: _target(said) for id, said in stored}


def target_of(form_id: UUID) -> Target | None:
    return _target(Form.objects.values_list("target", flat=True).get(id=form_id))


def _target(said: dict[str, Any] | None) -> Target | None:
    return read_target(said) if said else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """How often each step of a form was reached, and at which fields people were asked to look again."""

    opened: int
    confirmed: int
    sent: int
    wrong: list[tuple[str, int]]


def funnel(form_id: UUID, first: date, last: date, labels: Mapping[str, str]) -> Funnel:
    """Counts of the days, of nobody: one visitor who opens the page twice is counted twice."""
    rows = Steps.objects.filter(form_id=form_id, day__gte=first, day__lte=last).values_list("step", "field")
    counted = {(step, field): n for step, field, n in rows.annotate(total=Sum("n")).order_by()}
    wrong = [(labels.get(field, field), n) for (step, field), n in counted.items() if step == "wrong"]
    opened, confirmed, sent = (counted.get((step, ""), 0) for step in ("input", "confirm", "sent"))
    return Funnel(opened, confirmed, sent, sorted(wrong, key=lambda each: -each[1]))
