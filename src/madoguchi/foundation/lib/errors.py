"""A refusal is something a person reads: one Japanese sentence, and what they can do instead."""

from typing import ClassVar


class Refusal(Exception):
    """Raised by `check_…`; `code` is stable for the API, `status` is the HTTP answer (RFC 9110)."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    default: ClassVar[str] = "この操作はできません。"

    def __init__(self, message: str = "", *, next_step: str = "") -> None:
        self.message = message or self.default
        self.next_step = next_step
        super().__init__(self.message)


class NotFound(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのものは見つかりませんでした。"
