"""Telephone, e-mail and web addresses: lenient in, strict stored; what cannot be read says what to type.

Each reader refuses over-long text before it looks at it, so its cost is bounded whatever a stranger sends.
"""

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

import idna


class Unreadable(ValueError):
    """What was typed is no address of its kind; the message is a Japanese sentence that says what to type."""


class UnreadablePhone(Unreadable):
    pass


class UnreadableEmail(Unreadable):
    pass


class UnreadableUrl(Unreadable):
    pass


class Phone(NamedTuple):
    """`shown` is stored and keeps the extension; `key` is E.164; `unusual` asks for a second look, once."""

    typed: str
    shown: str
    key: str
    extension: str
    unusual: bool


class Email(NamedTuple):
    """`shown` is stored (local part as typed, domain lower-cased, IDN encoded); `key` is for matching only."""

    shown: str
    key: str
    unusual: bool


_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


def narrow(text: str) -> str:
    """Ordinary width, without what nobody can see. For addresses and numbers, never for names."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


# ---- Telephone

_LONGEST_PHONE = 100
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー⁃﹣", "-"))
_EXTENSION = re.compile(
    r"[\s(,、-]*(?:内線(?:番号)?|extension|ext|x|#)[\s.:)-]*([0-9]{1,8})\s*番?\s*\)?$", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:tel|phone|電話番号|電話|携帯|☎)[\s.:]*|\s*\(?(?:代表?|携帯|自宅|直通|会社)\)?$", re.IGNORECASE
)
_TRUNK_ZERO = re.compile(r"^(\+[0-9]{1,3}[\s-]*)\(0\)")
_SEPARATORS = re.compile(r"[\s().・/-]+")
_MOBILE = re.compile(r"(0[25-9]0)([0-9]{4})([0-9]{4})")
_FREE_DIAL = re.compile(r"(0120|0570|0990)([0-9]{3})([0-9]{3})|(0800)([0-9]{3})([0-9]{4})")


def read_phone(text: str, label: str = "電話番号") -> Phone:
    """A number of Japan (10–11 digits from 0) or of any country (+ and its code), in any width and spacing.

    Only mobile (3-4-4) and free-dial numbers get hyphens; others keep those that were typed.
    """
    if len(text) > _LONGEST_PHONE:
        raise UnreadablePhone(f"{label}は、番号だけをお書きください。例：03-0000-0000")
    number, extension = _cut_extension(narrow(text).translate(_HYPHENS))
    groups = _groups(number, label)
    key, unusual = _phone_key("".join(groups), label)
    shown = _hyphenated(groups) + (f" 内線{extension}" if extension else "")
    return Phone(text, shown, key, extension, unusual)


def _cut_extension(number: str) -> tuple[str, str]:
    found = _EXTENSION.search(number)
    return (number[: found.start()], found[1]) if found else (number, "")


def _groups(number: str, label: str) -> list[str]:
    """The digits as they were typed in groups, the first with its + if there is one."""
    bare = _TRUNK_ZERO.sub(r"\1-", _LABEL.sub("", number.strip()).strip())
    groups = [group for group in _SEPARATORS.split(bare) if group]
    digits = "".join(groups)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise UnreadablePhone(f"{label}は、数字でお書きください。例：03-0000-0000")
    if groups[0] == "+":
        groups[:2] = ["".join(groups[:2])]
    return groups


def _phone_key(digits: str, label: str) -> tuple[str, bool]:
    """E.164, and whether the count of digits does not fit the kind of number."""
    if digits.startswith("+81"):
        digits = "0" + digits[3:].lstrip("0")
    if digits.startswith("+"):
        return _foreign_key(digits, label), False
    if not digits.startswith("0"):
        raise UnreadablePhone(f"{label}は、市外局番からお書きください。例：03-0000-0000")
    if not 10 <= len(digits) <= 11:
        raise UnreadablePhone(
            f"{label}は、市外局番から10桁または11桁でお書きください（いまは{len(digits)}桁です）。例：03-0000-0000"
        )
    has_eleven = re.match(r"0[25-9]0|0800", digits) is not None
    return "+81" + digits[1:], has_eleven != (len(digits) == 11)


def _foreign_key(digits: str, label: str) -> str:
    import phonenumbers  # 0.1 s at start that a Japanese number never needs

    refusal = UnreadablePhone(f"{label}は、+と国番号からお書きください。例：+81-3-0000-0000")
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        raise refusal from None
    if not phonenumbers.is_possible_number(number):
        raise refusal
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _hyphenated(groups: list[str]) -> str:
    digits = "".join(groups)
    found = _FREE_DIAL.fullmatch(digits) or _MOBILE.fullmatch(digits)
    return "-".join(part for part in found.groups() if part) if found else "-".join(groups)


# ---- E-mail

# Addresses with dots where RFC 5321 allows none were handed out by these carriers and still receive mail.
LEGACY_DOMAINS = frozenset({"docomo.ne.jp", "ezweb.ne.jp", "au.com"})
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL = re.compile(rf"(?:{_ATOM}|\.)+")
_DOT_ATOM = re.compile(rf"{_ATOM}+(?:\.{_ATOM}+)*")
_LABEL_OF_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PLAIN_DOMAIN = re.compile(rf"(?:{_LABEL_OF_DOMAIN.pattern}\.)+(?=[0-9-]*[a-z]){_LABEL_OF_DOMAIN.pattern}")
_USUAL_DOMAINS = (
    "gmail.com",
    "yahoo.co.jp",
    "yahoo.com",
    "outlook.jp",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.jp",
    "icloud.com",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "softbank.ne.jp",
    "i.softbank.jp",
    "biglobe.ne.jp",
)
_REAL_NEIGHBOURS = frozenset({"mail.com", "email.com", "ymail.com"})
_KNOWN_SLIPS = {
    "gmail.co.jp": "gmail.com",
    "gmail.ne.jp": "gmail.com",
    "gmail.jp": "gmail.com",
    "yahoo.ne.jp": "yahoo.co.jp",
    "yahoo.jp": "yahoo.co.jp",
    "icloud.co.jp": "icloud.com",
    "docomo.co.jp": "docomo.ne.jp",
    "docomo.com": "docomo.ne.jp",
    "ezweb.co.jp": "ezweb.ne.jp",
}


def read_email(text: str, label: str = "メールアドレス") -> Email:
    """Dots anywhere in the local part, as mail itself allows; `unusual` outside the carriers that issued them."""
    example = "例：taro@example.co.jp"
    plain = narrow(text) if len(text) <= 1000 else ""
    if plain.count("@") != 1:
        raise UnreadableEmail(f"{label}は、@を1つ含む形でお書きください。{example}")
    local, _, domain = plain.partition("@")
    if len(local) > 2 and local[0] == local[-1] == '"':
        local = local[1:-1]
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise UnreadableEmail(
            f"{label}の@より前は、64文字までの英数字と記号で、空白を入れずにお書きください。{example}"
        )
    domain = _encoded_domain(domain)
    if not domain or len(local) + 1 + len(domain) > 254:
        raise UnreadableEmail(f"{label}の@より後ろは、gmail.com のように最後までお書きください。{example}")
    unusual = domain not in LEGACY_DOMAINS and not _DOT_ATOM.fullmatch(local)
    return Email(f"{local}@{domain}", f"{local.lower()}@{domain}", unusual)


def _encoded_domain(domain: str) -> str:
    """Lower case and IDN encoded (RFC 5891, UTS 46); empty if it is no domain of two labels or more."""
    plain = domain.lower()
    if _PLAIN_DOMAIN.fullmatch(plain) and "--" not in plain and len(plain) <= 253:
        return plain  # nothing to encode: what IDNA would give back, a hundred times faster
    try:
        encoded = idna.encode(domain[:254].rstrip(".。"), uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""
    labels = encoded.split(".")
    whole = len(labels) > 1 and all(_LABEL_OF_DOMAIN.fullmatch(part) for part in labels)
    return encoded if whole and not labels[-1].isdigit() and len(domain) <= 254 else ""


def envelope_form(address: str) -> str:
    """The address for header and envelope: local part quoted where RFC 5321 4.1.2 wants it (a..b, .a, a.)."""
    local, _, domain = address.rpartition("@")
    if _DOT_ATOM.fullmatch(local) or local.startswith('"'):
        return address
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{domain}'


def suggest_domain(domain: str) -> str | None:
    """gmial.com → gmail.com; None for a known domain and for one that is like none."""
    domain = domain.lower()
    if domain in _USUAL_DOMAINS or domain in _REAL_NEIGHBOURS or len(domain) > 20:
        return None
    if domain in _KNOWN_SLIPS:
        return _KNOWN_SLIPS[domain]
    near = (usual for usual in _USUAL_DOMAINS if abs(len(domain) - len(usual)) <= 1)
    return next((usual for usual in near if _one_slip(domain, usual)), None)


def _one_slip(typed: str, meant: str) -> bool:
    """One letter wrong, missing or too many, or two neighbours swapped."""
    start = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if start is None:
        return abs(len(typed) - len(meant)) == 1
    rest, wanted = typed[start:], meant[start:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]


# ---- Web address

_LONGEST_URL = 2000
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20})://")
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+-]{0,20}:(?![0-9])")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"\u2028\u2029\u3000]")


def read_url(text: str, label: str = "ホームページURL") -> str:
    """An http or https address, https:// added where no scheme was typed. Never fetched, only shown."""
    refusal = UnreadableUrl(
        f"{label}は、https://www.example.co.jp のようにお書きください。お持ちでない場合は、空欄のままで結構です。"
    )
    url = narrow(text) if len(text) <= _LONGEST_URL else ""
    if not url or _NOT_IN_URL.search(url):
        raise refusal
    if not _SCHEME.match(url):
        if _OTHER_SCHEME.match(url):
            raise refusal
        url = f"https://{url}"
    if len(url) > _LONGEST_URL or not _is_web_address(url):
        raise refusal
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # a port that is no number, a broken IPv6 bracket, a host that NFKC would change
        return False
    return parts.scheme in ("http", "https") and "@" not in parts.netloc and _encoded_domain(host) != ""
