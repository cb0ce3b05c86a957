"""入力 and 確認, at one address. What happens is decided here, by the name of the button that was pressed:
`confirm`, `send` or `edit`; anything else is a confirm, and nothing but `send` with a valid envelope sends.
"""

import logging
from dataclasses import replace

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt

from madoguchi.faces.public_site import same_origin
from madoguchi.faces.public_site.inquiry.arriving import came_from, place_of, visit
from madoguchi.faces.public_site.inquiry.counter import Counter, Wording, as_shown
from madoguchi.faces.public_site.inquiry.enclosing import keeping, limits_of, ready_for
from madoguchi.faces.public_site.inquiry.envelope import Envelope, EnvelopeRefused, open_envelope, seal
from madoguchi.faces.public_site.inquiry.funnel import note
from madoguchi.faces.public_site.inquiry.page import Page, current
from madoguchi.faces.public_site.inquiry.reading import Posted, read_post
from madoguchi.faces.public_site.inquiry.receiving import opening_with, submission_of
from madoguchi.faces.public_site.inquiry.screens import (
    Given,
    confirm_screen,
    input_screen,
    kept,
    offers_box,
    unavailable_screen,
)
from madoguchi.faces.public_site.inquiry.signs import signals_of, trapped
from madoguchi.faces.public_site.site import site_of
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.ui.errors import error_page
from madoguchi.foundation.ui.views import accepts_gzip
from madoguchi.rooms.consent.errors import NoNotice, WordingOutdated
from madoguchi.rooms.forms import rules as form_rules
from madoguchi.rooms.forms.errors import UnfitFile
from madoguchi.rooms.forms.rules import RESERVED, Checked
from madoguchi.rooms.inquiries.actions.receive import Receipt, receive
from madoguchi.rooms.inquiries.errors import (
    DraftChanged,
    EmptyFile,
    FileTooLarge,
    TooManyFiles,
    UnreadablePicture,
)
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.vault.errors import KeysUnusable

# No database, no turn to write, no room on the disk, no key, no wording yet.
_AWAY = (DatabaseError, InterfaceError, OSError, KeysUnusable, NoNotice, NoPolicy)
_UNFIT_FILES = (TooManyFiles, FileTooLarge, EmptyFile, UnreadablePicture, UnfitFile)
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
    if request.method == "POST":
        return _posted(request, page.counter)
    if request.method == "GET":
        note(page.counter.form.id, "input")
    return _shown(request, page)


# ---- Showing


def _shown(request: HttpRequest, page: Page) -> HttpResponse:
    """The prebuilt bytes. A form without 確認 is made anew, since it carries a draft token of its own, and so is
    the page of a visitor whose coming from another page is noted."""
    before = came_from(request) if "referrer" in page.counter.collects else ""
    if before or not page.counter.form.definition.confirm:
        return HttpResponse(input_screen(page.counter, came_from=before))
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
        posted = read_post(request, limits_of(counter.form.definition))
        same_origin.check_same_origin(request)
    except Refusal as refused:
        words = kept(counter, _answers(counter, posted))
        return error_page(refused.status, site=site_of(counter.operator), message=refused.message, kept=words)
    match posted.get("go"):
        case "send":
            return _send(request, counter, posted)
        case "edit":
            return _edit(counter, posted)
        case _:
            return _confirm(counter, posted)


def _answers(counter: Counter, posted: Posted) -> dict[str, str]:
    """The fields of the form and nothing else: what nobody asked for is dropped here. Of the form *as shown*,
    once that is known: a field that was taken away since was still asked on that page."""
    return {spec.key: posted.get(spec.key) for spec in counter.form.definition.fields}


def _before(counter: Counter, posted: Posted) -> str:
    """The page that led here, as our own page carried it; a visitor may have written anything in its place."""
    return place_of(posted.get("came_from")) if "referrer" in counter.collects else ""


def _confirm(counter: Counter, posted: Posted) -> HttpResponse:
    answers, before = _answers(counter, posted), _before(counter, posted)
    wording = Wording(posted.get("form"), posted.get("notice"), posted.get("policy"))
    try:
        shown = as_shown(counter, wording)
    except WordingOutdated as outdated:
        return _again(counter, answers, outdated, before)
    except _AWAY:
        return _away_before_confirm(counter, answers)
    answers = _answers(shown, posted)
    checked = form_rules.check_answers(shown.form.definition, answers)
    if checked.errors or posted.repeated & (RESERVED | answers.keys()):
        return _wrong(shown, checked, posted)
    note(shown.form.id, "confirm")
    page = confirm_screen(shown, checked, came_from=before, mailing=_ticked(posted), trapped=trapped(posted))
    return HttpResponse(page)


def _ticked(posted: Posted) -> bool:
    return posted.get("mailing") == "yes"


def _wrong(counter: Counter, checked: Checked, posted: Posted) -> HttpResponse:
    errors = dict(checked.errors)
    for spec in counter.form.definition.fields:
        if spec.key in posted.repeated:
            errors[spec.key] = f"{spec.label}が二重に送られました。お確かめのうえ、もう一度お進みください。"
    note(counter.form.id, "wrong", *errors)
    message = "" if errors else "同じ項目が二重に送られました。お手数ですが、もう一度お進みください。"
    given = Given(checked.typed, errors, message, _ticked(posted))
    page = input_screen(counter, given, came_from=_before(counter, posted))
    return HttpResponse(page, status=400)


def _again(counter: Counter, answers: dict[str, str], refused: Refusal, before: str) -> HttpResponse:
    """The input page in its present wording, everything kept, with the reason why it came back."""
    typed = form_rules.check_answers(counter.form.definition, answers).typed
    page = input_screen(counter, Given(typed, message=refused.message), came_from=before)
    return HttpResponse(page, status=refused.status)


def _edit(counter: Counter, posted: Posted) -> HttpResponse:
    """Back to 入力; the words come out of the envelope, valid or not: showing them to their writer is no risk."""
    before, ticked = _before(counter, posted), False
    try:
        envelope = open_envelope(posted.get("envelope"), clock.now())
        answers, before, ticked = dict(envelope.answers), envelope.came_from or before, envelope.mailing
    except EnvelopeRefused as refused:
        answers = refused.answers
    given = Given(answers or _answers(counter, posted), mailing=ticked)
    return HttpResponse(input_screen(counter, given, came_from=before))


def _send(request: HttpRequest, counter: Counter, posted: Posted) -> HttpResponse:
    before = _before(counter, posted)
    try:
        envelope = open_envelope(posted.get("envelope"), clock.now())
    except EnvelopeRefused as refused:
        return _again(counter, refused.answers or _answers(counter, posted), refused, before)
    written = dict(envelope.answers) or _answers(counter, posted)
    checked = form_rules.check_answers(counter.form.definition, written)
    try:
        shown = as_shown(counter, envelope.wording)
        envelope = _with_answers(envelope, shown, posted)
        if shown is not counter or written != envelope.answers:  # as the form stood for this visitor
            checked = form_rules.check_answers(shown.form.definition, envelope.answers)
        if checked.errors:
            return _wrong(shown, checked, posted)
        came = visit(request, counter.collects, envelope.came_from or before)
        receipt = _receive(shown, checked, envelope, came, posted)
    except _UNFIT_FILES as unfit:
        return _choose_again(shown, checked, envelope, unfit)
    except (EnvelopeRefused, WordingOutdated) as refused:
        return _again(counter, written, refused, envelope.came_from or before)
    except DraftChanged as changed:
        return HttpResponse(
            _confirm_again(counter, checked, envelope, changed.message), status=changed.status
        )
    except _AWAY:
        return _away(counter, checked, seal(envelope))
    if receipt.fresh:
        note(counter.form.id, "sent")
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
    return replace(envelope, answers=fields, mailing=_ticked(posted), trapped=int(trapped(posted)))


def _receive(
    counter: Counter, checked: Checked, envelope: Envelope, came: dict[str, str], posted: Posted
) -> Receipt:
    definition = counter.form.definition
    ready = ready_for(definition, posted.files, over=posted.over)
    signals = signals_of(envelope, clock.now(), confirm=definition.confirm)
    files = posted.files if ready else ()
    submission = submission_of(counter, checked, envelope.draft, came, files, signals)
    opening = opening_with(submission, mailing=envelope.mailing and offers_box(counter))
    return receive(submission, then=keeping(ready, opening))


def _choose_again(counter: Counter, checked: Checked, envelope: Envelope, unfit: Refusal) -> HttpResponse:
    """Everything that was typed stays; a browser lets nobody but the visitor choose files, so that is asked again."""
    message = f"{unfit.message}まだ送信されていません。"
    if counter.form.definition.confirm:
        page = _confirm_again(counter, checked, envelope, message)
    else:
        given = Given(checked.typed, message=message, mailing=envelope.mailing)
        page = input_screen(counter, given, came_from=envelope.came_from)
    return HttpResponse(page, status=unfit.status)


def _confirm_again(counter: Counter, checked: Checked, envelope: Envelope, message: str) -> str:
    return confirm_screen(
        counter, checked, message=message, came_from=envelope.came_from, mailing=envelope.mailing,
        trapped=bool(envelope.trapped),
    )  # fmt: skip


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
