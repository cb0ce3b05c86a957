"""元の見た目で見る: the HTML of a mail, cleaned and framed; and the page before a link of somebody else's."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from madoguchi.rooms.delivery.models import ArrivedMail
from madoguchi.rooms.delivery.rules import safe_html
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.models import Inquiry
from tests.browser.payloads import FIELD
from tests.house import House
from tests.journeys.test_desk_files import of_another_company
from tests.mailing import arrive, raw_mail

HTML = (
    "<html><head><style>p{color:red}</style><script>alert(1)</script></head><body onload=alert(1)><h1>お見積もり</h1>"
    "<p style='position:fixed'>よろしく<a href='https://evil.example/x?a=1&amp;b=2' onclick=alert(1)>こちら</a></p>"
    "<img src=https://evil.example/p.gif><a href=http://xn--fiqs8s.example/>二</a><p>4111 1111 1111 1111</p>"
    "<form action=https://evil.example/><input name=q></form><a href=javascript:alert(1)>三</a></body></html>"
)


def arrived(house: House, html: str = HTML) -> ArrivedMail:
    kept: Any = arrive(house, raw_mail(html, Content_Type="text/html; charset=utf-8"))
    house.work()
    return ArrivedMail.objects.get(id=kept.id)


def test_a_cleaned_page_in_a_frame_that_runs_nothing(house: House, desk: Client) -> None:
    mail = arrived(house)
    outer, inner = desk.get(f"/desk/mail/{mail.id}/html/"), desk.get(f"/desk/mail/{mail.id}/html/inside/")
    frame, body = outer.content.decode(), inner.content.decode()

    assert f"/desk/mail/{mail.id}/html/" in desk.get(f"/desk/mail/{mail.id}/").content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame
    assert outer["Content-Security-Policy"].endswith("frame-src 'self'")
    policy = inner["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'sha256-"
    )
    assert "script" not in policy
    assert "img-src" not in policy
    assert inner["X-Frame-Options"] == "SAMEORIGIN"
    assert "お見積もり" in body
    for gone in (
        "alert",
        "<img",
        "<form",
        "<input",
        "onload",
        "onclick",
        "evil.example",
        "4111 1111",
        "position:fixed",
    ):
        assert gone not in body, gone
    assert re.findall(r'href="([^"]*)"', body) == [f"/desk/mail/{mail.id}/html/links/{n}/" for n in (0, 1)]
    assert 'rel="noopener noreferrer nofollow"' in body


def test_a_link_says_first_where_it_leads(house: House, desk: Client) -> None:
    mail = arrived(house)
    first, second = (desk.get(f"/desk/mail/{mail.id}/html/links/{n}/").content.decode() for n in (0, 1))

    assert (
        'href="https://evil.example/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow"'
        in first
    )
    assert "<b>evil.example</b>" in first
    assert "xn--fiqs8s.example" in second
    assert desk.get(f"/desk/mail/{mail.id}/html/links/2/").status_code == 404


def test_a_mail_without_html_has_no_such_page(house: House, desk: Client) -> None:
    kept: Any = arrive(house, raw_mail("text"))
    house.work()

    assert "元の見た目" not in desk.get(f"/desk/mail/{kept.id}/").content.decode()
    assert desk.get(f"/desk/mail/{kept.id}/html/inside/").status_code == 404


def test_what_needs_care_and_what_is_another_companys_is_covered_here_too(house: House, desk: Client) -> None:
    mail = arrived(house)
    inquiry = Inquiry.objects.get()
    strange = of_another_company(house)
    addresses = [f"/desk/mail/{mail.id}/html/{part}" for part in ("", "inside/", "links/0/")]

    assert [strange.get(each).status_code for each in addresses] == [404] * 3
    flag_special_care(viewer=house.viewer, inquiry_id=inquiry.id)
    assert [desk.get(each).status_code for each in addresses] == [403] * 3


def test_the_website_that_was_typed_is_opened_by_way_of_a_page(house: House, desk: Client) -> None:
    receipt = house.submit(website="https://aoba.example.jp/?q=1")
    page = desk.get(f"/desk/inquiries/{receipt.receipt_number}/").content.decode()
    leaving = desk.get(f"/desk/inquiries/{receipt.receipt_number}/website/").content.decode()
    without = house.submit(website="")

    assert f"/desk/inquiries/{receipt.receipt_number}/website/" in page
    assert 'href="https://aoba.example.jp' not in page
    assert 'href="https://aoba.example.jp/?q=1" target="_blank" rel="noopener noreferrer nofollow"' in leaving
    assert desk.get(f"/desk/inquiries/{without.receipt_number}/website/").status_code == 404


@pytest.mark.parametrize("payload", FIELD, ids=[str(n) for n in range(len(FIELD))])
def test_no_payload_comes_through_the_cleaning(payload: str) -> None:
    """By the words of the result alone; tests/browser/test_xss.py asks a browser."""
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            for name, value in attrs:
                assert name in (
                    "href",
                    "rel",
                    "lang",
                    "dir",
                    "colspan",
                    "rowspan",
                    "align",
                    "start",
                    "target",
                ), name
                assert name != "href" or (value or "").startswith(
                    ("http://", "https://", "mailto:", "tel:")
                ), value

    Reader().feed(safe_html(f"<p>{payload}</p>"))
    assert not set(tags) & {
        "script",
        "style",
        "img",
        "svg",
        "iframe",
        "object",
        "form",
        "input",
        "meta",
        "link",
        "base",
    }
