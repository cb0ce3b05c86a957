"""Refusals of this room, and what is wrong with a form's definition."""

from collections.abc import Mapping
from typing import ClassVar

from madoguchi.foundation.lib.errors import NotFound, Refusal


class FormNotFound(NotFound):
    code = "form-not-found"
    default = "このフォームは見つかりませんでした。"


class AnswersRefused(Refusal):
    """`fields` holds one sentence per field, in the order of the form (RFC 4918: 422)."""

    code: ClassVar[str] = "answers-refused"
    status: ClassVar[int] = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(f"ご記入内容を{len(self.fields)}か所お確かめください。")


class BadDefinition(ValueError):
    """A form definition that no page could be made of; the message is for whoever writes the profile."""


class UnfitFile(Refusal):
    code = "unfit-file"
    status = 422
    default = "この種類のファイルは添付できません。ほかの種類にして、もう一度お選びください。"
