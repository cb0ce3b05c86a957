"""入力 and 確認, at one address. What happens is decided here, by the name of the button that was pressed:
`confirm`, `send` or `edit`; anything else is a confirm, and nothing but `send` with a valid envelope sends.
"""

import logging

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.counter import Counter, Wording, as_shown
from madoguchi.faces.public_site.inquiry.envelope import Envelope, EnvelopeRefused, open_envelope, seal
from madoguchi.faces.public_site.inquiry.page import Page, current
from madoguchi.faces.public_site.inquiry.reading import Posted, read_post
from madoguchi.faces.public_site.inquiry.screens import (
    Given,
    confirm_screen,
    input_screen,
    kept,
    unavailable_screen,
)
from madoguchi.faces.public_site.site import site_of
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.foundation.ui.views import accepts_gzip
from madoguchi.rooms.consent.errors import NoNotice, WordingOutdated
from madoguchi.rooms.forms import rules as form_rules
from madoguchi.rooms.forms.rules import RESERVED, Checked
from madoguchi.rooms.inquiries.actions.receive import Receipt, Submission, receive
from madoguchi.rooms.inquiries.errors import DraftChanged
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.vault.errors import KeysUnusable

# No database, no turn to write, no room on the disk, no key, no wording yet.
_AWAY = (DatabaseError, InterfaceError, OSError, KeysUnusable, NoNotice, NoPolicy)
_RETRY_AFTER = 30  # seconds
_log = logging.getLogger("madoguchi.public")


@csrf_exempt
def front(request: HttpRequest) -> HttpResponse:
    return _answer(request, "")


@csrf_exempt
def form(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, slug)


def _answer(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD", "POST"):
        response = error_page(405)
        response.headers["Allow"] = "GET, HEAD, POST"
        return response
    try:
        page = current(slug)
    except _AWAY:
        _log.error("form unavailable", exc_info=True)
        return error_page(503, retry_after=_RETRY_AFTER)
    if page is None:
        return error_page(404)
    return _posted(request, page.counter) if request.method == "POST" else _shown(request, page)


# ---- Showing


def _shown(request: HttpRequest, page: Page) -> HttpResponse:
    """The prebuilt bytes; a form without 確認 is made anew, since it carries a draft token of its own."""
    if not page.counter.form.definition.confirm:
        return HttpResponse(input_screen(page.counter))
    packed = accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if page.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(page.packed if packed else page.body)
        response.headers["Content-Length"] = str(len(page.packed if packed else page.body))
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response


# ---- Posting


def _posted(request: HttpRequest, counter: Counter) -> HttpResponse:
    posted = Posted({}, frozenset())
    try:
        posted = read_post(request)
        same_origin.check_same_origin(request)
    except Refusal as refused:
        words = kept(counter, _answers(counter, posted))
        return error_page(refused.status, site=site_of(counter.operator), message=refused.message, kept=words)
    match posted.get("go"):
        case "send":
            return _send(counter, posted)
        case "edit":
            return _edit(counter, posted)
        case _:
            return _confirm(counter, posted)


def _answers(counter: Counter, posted: Posted) -> dict[str, str]:
    """The fields of the form and nothing else: what nobody asked for is dropped here. Of the form *as shown*,
    once that is known: a field that was taken away since was still asked on that page."""
    return {spec.key: posted.get(spec.key) for spec in counter.form.definition.fields}


def _confirm(counter: Counter, posted: Posted) -> HttpResponse:
    answers = _answers(counter, posted)
    wording = Wording(posted.get("form"), posted.get("notice"), posted.get("policy"))
    try:
        shown = as_shown(counter, wording)
    except WordingOutdated as outdated:
        return _again(counter, answers, outdated)
    except _AWAY:
        return _away_before_confirm(counter, answers)
    answers = _answers(shown, posted)
    checked = form_rules.check_answers(shown.form.definition, answers)
    if checked.errors or posted.repeated & (RESERVED | answers.keys()):
        return _wrong(shown, checked, posted)
    return HttpResponse(confirm_screen(shown, checked))


def _wrong(counter: Counter, checked: Checked, posted: Posted) -> HttpResponse:
    errors = dict(checked.errors)
    for spec in counter.form.definition.fields:
        if spec.key in posted.repeated:
            errors[spec.key] = f"{spec.label}が二重に送られました。お確かめのうえ、もう一度お進みください。"
    message = "" if errors else "同じ項目が二重に送られました。お手数ですが、もう一度お進みください。"
    return HttpResponse(input_screen(counter, Given(checked.typed, errors, message)), status=400)


def _again(counter: Counter, answers: dict[str, str], refused: Refusal) -> HttpResponse:
    """The input page in its present wording, everything kept, with the reason why it came back."""
    typed = form_rules.check_answers(counter.form.definition, answers).typed
    return HttpResponse(input_screen(counter, Given(typed, message=refused.message)), status=refused.status)


def _edit(counter: Counter, posted: Posted) -> HttpResponse:
    """Back to 入力; the words come out of the envelope, valid or not: showing them to their writer is no risk."""
    try:
        answers = dict(open_envelope(posted.get("envelope"), clock.now()).answers)
    except EnvelopeRefused as refused:
        answers = refused.answers
    return HttpResponse(input_screen(counter, Given(answers or _answers(counter, posted))))


def _send(counter: Counter, posted: Posted) -> HttpResponse:
    try:
        envelope = open_envelope(posted.get("envelope"), clock.now())
    except EnvelopeRefused as refused:
        return _again(counter, refused.answers or _answers(counter, posted), refused)
    written = dict(envelope.answers) or _answers(counter, posted)
    checked = form_rules.check_answers(counter.form.definition, written)
    try:
        shown = as_shown(counter, envelope.wording)
        envelope = _with_answers(envelope, shown, posted)
        if shown is not counter or written != envelope.answers:  # as the form stood for this visitor
            checked = form_rules.check_answers(shown.form.definition, envelope.answers)
        if checked.errors:
            return _wrong(shown, checked, posted)
        receipt = _receive(shown, checked, envelope.draft)
    except (EnvelopeRefused, WordingOutdated) as refused:
        return _again(counter, written, refused)
    except DraftChanged as changed:
        return HttpResponse(confirm_screen(counter, checked, message=changed.message), status=changed.status)
    except _AWAY:
        return _away(counter, checked, seal(envelope))
    return HttpResponseRedirect(f"/done/{links.mint('done', receipt.id, receipt.link_issue)}/", status=303)


def _with_answers(envelope: Envelope, shown: Counter, posted: Posted) -> Envelope:
    """As sealed at 確認. A page made without 確認 seals only the draft token, and the fields are on the page."""
    fields = _answers(shown, posted)
    if posted.repeated & (RESERVED | fields.keys()):
        raise EnvelopeRefused(envelope.answers)
    if envelope.answers:
        return envelope
    if shown.form.definition.confirm:  # nobody skips 確認
        raise EnvelopeRefused(fields)
    return Envelope(fields, envelope.wording, envelope.draft, envelope.issued)


def _receive(counter: Counter, checked: Checked, draft: str) -> Receipt:
    return receive(
        Submission(
            form=counter.form,
            hours=counter.operator.hours,
            values=checked.values,
            notice=counter.notice.id,
            policy=counter.policy.id,
            draft=draft,
        )
    )


def _away(counter: Counter, checked: Checked, sealed: str) -> HttpResponse:
    """Never a false receipt: it says that nothing arrived, and keeps everything for the next press."""
    _log.error("inquiry not received", exc_info=True)
    response = HttpResponse(unavailable_screen(counter, checked, sealed), status=503)
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


def _away_before_confirm(counter: Counter, answers: dict[str, str]) -> HttpResponse:
    """The wording that was shown cannot be looked up now; nothing was sent, and everything stays in the boxes."""
    _log.error("wording not found", exc_info=True)
    checked = form_rules.check_answers(counter.form.definition, answers)
    message = "ただいま確認画面へ進めません。ご記入の内容はこのまま残っています。数分待ってから、もう一度お進みください。"
    response = HttpResponse(input_screen(counter, Given(checked.typed, checked.errors, message)), status=503)
    response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response
