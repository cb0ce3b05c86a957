"""Refusals at the privacy desk."""

from madoguchi.foundation.lib.errors import Refusal


class NoSuchComplaint(Refusal):
    code = "not-found"
    status = 404
    default = "お探しのお申し出は見つかりませんでした。"


class HandlersOnly(Refusal):
    code = "handlers-only"
    status = 403
    default = "この操作は、個人情報管理者と、このお申し出の担当者が行います。"


class DeskOnly(Refusal):
    code = "privacy-desk-only"
    status = 403
    default = "この画面は、個人情報管理者と管理者のためのものです。"


class NoOutcome(Refusal):
    """Neither the complaint nor the inquiry it came with ends before its outcome is written down."""

    code = "no-outcome"
    default = "個人情報についてのお申し出は、結果を記してから終えます。"

    def __init__(self, message: str = "") -> None:
        super().__init__(message, next_step="お問い合わせの画面の「結果を記して終える」からお進みください。")


class StaysInInbox(Refusal):
    code = "stays-in-inbox"
    default = "個人情報についてのお申し出は、終わるまで受信箱に置いておきます。"


class EmptyOutcome(Refusal):
    code = "empty-outcome"
    status = 422
    default = "どのように対応したかをお書きください。"


class ClosedAlready(Refusal):
    code = "complaint-closed"
    default = "このお申し出は、すでに終えています。続きのお申し出は、新しい受付としてご登録ください。"


class UnknownKind(Refusal):
    code = "unknown-kind"
    status = 422
    default = "お申し出の種類をお選びください。"


class UnknownReason(Refusal):
    code = "unknown-reason"
    status = 422
    default = "理由をお選びください。"


class UnfitDay(Refusal):
    code = "unfit-day"
    status = 422
    default = "期日は、今日から1年以内の日をお選びください。"


class UnfitOwner(Refusal):
    code = "unfit-owner"
    status = 422
    default = "担当者は、個人情報管理者か管理者の中からお選びください。"
