"""お約束: every promise, clause by clause, how it was kept these thirty days, and whether the public sees it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.rooms.organisation import rules
from madoguchi.rooms.organisation.actions.publish_promises import publish_promises
from madoguchi.rooms.organisation.queries import Viewer, promises_shown
from madoguchi.rooms.policy.queries.looks import looks
from madoguchi.rooms.policy.queries.standings import DAYS, Day, Standing, board, history

_CHECK = "管理者が、サーバーで madoguchi check を実行すると、原因の手がかりが分かります。"
_NEXT = {
    "inquiries.received-is-told": "届いていないお知らせを、ホームの「気をつけること」から送り直してください。",
    "delivery.arrives-or-alarms": "届かなかったメールを、ホームの「気をつけること」から送り直すか、別の方法でご連絡ください。",
    "inventory.kept-no-longer-than-said": "「保存期間」の画面で、止まっている理由（時計、保留）をお確かめください。",
    "inventory.erased-everywhere": "「廃棄記録」で終わっていない消去を開き、続きが進んでいるかをお確かめください。",
    "policy.served-as-published": "公開しているポリシーのページを開き、公表した版と見比べてください。途中の中継サーバーやキャッシュで変わることもあります。",
    "policy.kept-word-for-word": "データベースに直接の変更がありました。だれが触れたかを調べ、バックアップの内容と見比べてください。",
    "public.pages-untampered": "サーバーのファイルが、配ったものと違います。更新の途中でなければ、だれが触れたかを調べてください。",
    "rights.complaints-in-hand": "担当者か期日の決まっていないお申し出を開き、決めてください。",
    "audit.nothing-removed": "記録を守る仕組みが外されています。データベースに触れた人を確かめ、madoguchi check を実行してください。",
    "vault.old-keys-destroyed": "期限の過ぎた鍵が残っています。鍵フォルダに書き込めるかを、管理者にお確かめください。",
}  # fmt: skip


@desk_view
@require_safe
def promises(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_speaks_for_operator(viewer.role)
    found, past = board(), history()
    context = frame(request, viewer, current="policy") | {
        "tab": "promises",
        "board": found,
        "looks": looks(),
        "broken": [{"standing": each, "next": _NEXT.get(each.promise.id, _CHECK)} for each in found.broken],
        "clauses": [
            {
                "clause": clause,
                "rows": [
                    _row(each, past[each.promise.id]) for each in clause.standings if not each.promise.planned
                ],
                "planned": [each.promise for each in clause.standings if each.promise.planned],
            }
            for clause in found.clauses
        ],
        "told": [{"said": told, "standing": standing} for told, standing in found.told],
        "shown": promises_shown(viewer.entity_id),
    }
    return render(request, "desk/promises.html", context)


def _row(standing: Standing, past: Sequence[Day]) -> dict[str, Any]:
    """No strip where nothing was ever counted."""
    days = [day.found for day in past]
    return {
        "standing": standing,
        "days": days if any(days) else [],
        "in_words": _in_words(past) if any(days) else "",
    }


def _in_words(past: Sequence[Day]) -> str:
    """The strip of days for whoever does not see it."""
    kept = sum(day.found == "kept" for day in past)
    broken = [f"{day.on.month}月{day.on.day}日" for day in past if day.found == "broken"]
    told = [f"守れた日{kept}日"] if kept else []
    told += [f"守れていなかった日{len(broken)}日（{'、'.join(broken)}）"] if broken else []
    rest = DAYS - kept - len(broken)
    told += [f"数えたものがない日{rest}日"] if rest else []
    return f"この{DAYS}日：{'、'.join(told)}"


@desk_view
@require_POST
def publish(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    shown = request.POST.get("shown") == "yes"
    publish_promises(viewer=viewer, shown=shown)
    messages.info(
        request, "「お約束」のページを公開しました。" if shown else "「お約束」のページを非公開にしました。"
    )
    return HttpResponseRedirect(reverse("desk_promises"))
