"""The wordings of a form, old and new, for who writes them."""

from uuid import UUID

from madoguchi.rooms.consent.models import Choice, NoticeVersion


def notice_versions(form_id: UUID) -> list[NoticeVersion]:
    """Every wording that ever stood beside this form, the newest first."""
    return list(NoticeVersion.objects.filter(form=form_id).order_by("-number"))


def choosers(purpose: str) -> int:
    """How many people chose this purpose and did not withdraw."""
    return Choice.objects.filter(purpose=purpose, withdrawn_at=None).count()


def written_at_desk(form_id: UUID) -> bool:
    """Whether the wording beside this form is one of the staff's own."""
    now = NoticeVersion.objects.filter(form=form_id, superseded_at=None)
    return now.filter(written_by_kind="staff").exists()
