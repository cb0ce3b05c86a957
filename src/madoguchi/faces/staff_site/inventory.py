"""取扱台帳: what is held, why, from where, who sees it, how long, and what the policy in force says about it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.faces.staff_site import account_files
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.step_up import ask_again
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.foundation.ui.headers import as_download
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.actions.collect import collect
from madoguchi.rooms.inquiries.queries.besides import asked_with, came_with
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.drop_item import drop_items
from madoguchi.rooms.inventory.queries.switches import Standing, standing
from madoguchi.rooms.inventory.queries.told import Account, Told, account, how
from madoguchi.rooms.organisation.queries import Viewer, entity_facts
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.policy.queries.versions import announced, in_force

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk_view
@require_safe
def data_map(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    rules.check_keeper(viewer.role)
    found = _account(viewer)
    context = frame(request, viewer, current="privacy") | {
        "tab": "inventory",
        "account": found,
        "groups": [("", found.values), ("探したり見分けたりするための符号", found.signs)],
        "findings": list(_findings(found)),
        "policy": _policy(viewer),
        "may": viewer.role == "officer",
    }
    return render(request, "desk/data_map.html", context)


@desk_view
@require_safe
def data_map_json(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    content = account_files.as_json(_taken(viewer), **_about(viewer))
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _attached(response, "data-map.json")


@desk_view
@require_safe
def data_map_xlsx(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    content = account_files.as_xlsx(_taken(viewer), **_about(viewer))
    return _attached(HttpResponse(content, content_type=_XLSX), "data-map.xlsx")


def _taken(viewer: Viewer) -> Account:
    rules.check_keeper(viewer.role)
    record("inventory.map-taken", about=viewer.ref, by=viewer.ref)
    return _account(viewer)


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return as_download(response)


def _account(viewer: Viewer) -> Account:
    return account(viewer.entity_id, _announced(viewer))


def _announced(viewer: Viewer) -> dict[str, str]:
    """Nothing before there is a policy."""
    try:
        return announced(viewer.entity_id)
    except NoPolicy:
        return {}


def _policy(viewer: Viewer) -> dict[str, Any] | None:
    try:
        version = in_force(viewer.entity_id)
    except NoPolicy:
        return None
    return {"title": version.title, "number": version.number, "digest": version.digest}


def _about(viewer: Viewer) -> dict[str, Any]:
    return {"operator": entity_facts(viewer.entity_id)["name"], "policy": _policy(viewer)}


def _findings(found: Account) -> Iterator[dict[str, str]]:
    """Where the two sides differ, each with what one can do."""
    if not found.bound:
        yield {
            "title": "いまのポリシーは、取扱台帳とまだ結び付いていません",
            "text": "条文のどこに何が書かれているかを結び付けると、「ポリシーの記載」が埋まり、食い違いをお知らせできます。",
        }
    if found.unannounced:
        yield {
            "title": f"いまのポリシーに記載のない項目が {len(found.unannounced)} 件あります",
            "text": f"{_labels(found.unannounced)}。ポリシーを改めて公開するか、フォームの項目を見直してください。",
        }
    for each in found.stopped:
        yield {
            "title": f"{each.label}は、いまは取得していませんが、以前の分が残っていることがあります",
            "text": "保存期間が終わると消えます。",
            "url": reverse("inventory_item", args=[each.item]),
            "label": "残っている分を確かめる",
        }


def _labels(lines: tuple[Told, ...]) -> str:
    return "、".join(f"「{each.label}」" for each in lines)


# -- one item ---------------------------------------------------------------------------------------


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """What beginning or stopping means, before it is done."""
    rules.check_keeper(viewer.role)
    found = standing(viewer.entity_id, code)
    problem, status = "", 200
    if request.method == "POST":
        try:
            return _done(request, viewer, found)
        except NotFound:
            raise
        except Refusal as refusal:
            problem, status = refusal.message, refusal.status
            record("desk.refused", about=viewer.ref, by=viewer.ref, details={"code": refusal.code})
    context = frame(request, viewer, current="privacy") | _shown(viewer, found) | {"problem": problem}
    return render(request, "desk/data_map_item.html", context, status=status)


def _shown(viewer: Viewer, found: Standing) -> dict[str, Any]:
    return {
        "tab": "inventory",
        "item": found.item,
        "on_at": found.on_at,
        "policy": _announced(viewer).get(found.item.announced, ""),
        "how": how(found.item),
        "held": found.held,
        "asked": asked_with(viewer, found.item.code) if found.item.question else 0,
        "came": came_with(viewer) if found.item.door == "visit" else 0,
        "may": viewer.role == "officer",
        "back_url": reverse("inventory"),
    }


def _done(request: HttpRequest, viewer: Viewer, found: Standing) -> HttpResponse:
    verb, code, label = request.POST.get("go", ""), found.item.code, found.item.label
    here = reverse("inventory_item", args=[code])
    if verb == "erase":
        if (again := ask_again(request, here)) is not None:
            return again
        return HttpResponseRedirect(reverse("deletion", args=[drop_items(viewer=viewer, code=code)]))
    if verb not in ("on", "off"):
        return HttpResponseRedirect(here)
    collect(viewer=viewer, code=code, on=verb == "on")
    told = f"{label}の取得を始めました。" if verb == "on" else f"{label}の取得をやめました。"
    messages.info(request, told)
    return HttpResponseRedirect(reverse("inventory") if verb == "on" else here)
