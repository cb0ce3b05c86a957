"""Forms as they stand, and as somebody saw them."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from madoguchi.rooms.forms.models import Form, FormVersion
from madoguchi.rooms.forms.rules import Definition


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form with the version in force. `digest` names the definition in pages and envelopes."""

    id: UUID
    slug: str
    entity_id: UUID
    version_id: UUID
    digest: str
    definition: Definition
    superseded_at: datetime | None = None


def form_by_slug(slug: str) -> OpenForm | None:
    version = (
        FormVersion.objects.select_related("form")
        .filter(form__slug=slug, superseded_at=None)
        .order_by("-number")
        .first()
    )
    return _open(version) if version else None


def digest_in_force(slug: str) -> tuple[UUID, UUID, str] | None:
    """Form, entity and digest only: what the public page asks every second. No slug means the front door, `/`."""
    versions = FormVersion.objects.filter(superseded_at=None, **({"form__slug": slug} if slug else {}))
    return versions.order_by("form_id", "-number").values_list("form_id", "form__entity_id", "digest").first()


def first_form() -> OpenForm | None:
    """The form at the front door, `/`."""
    slug = Form.objects.order_by("id").values_list("slug", flat=True).first()
    return form_by_slug(slug) if slug else None


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


def _open(version: FormVersion) -> OpenForm:
    form: Form = version.form
    return OpenForm(
        form.id, form.slug, form.entity_id, version.id, version.digest,
        Definition.from_json(version.definition), version.superseded_at,
    )  # fmt: skip
