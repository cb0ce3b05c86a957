"""What may be wrong with a reply before it goes out: each a code and a sentence. Pure; nothing odd, nothing said.

What is quoted below the reply is not looked at: it was written by somebody else.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from madoguchi.foundation.lib.ids import read_receipt_number
from madoguchi.foundation.lib.text import grapheme_length, search_key, shown_name

_QUOTED = re.compile(r"^>.*$", re.MULTILINE)
_NUMBER = re.compile(r"[MＭ][-‐−ー－]?[0-9０-９]{8}[-‐−ー－]?[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]{4,8}")
_NAME = re.compile(
    r"(?:^|(?<=[\s、。「（(]))([一-龯々〆ァ-ヺーA-Za-z・]{1,12}(?:[ \u3000\u00a0][一-龯々〆ァ-ヺーぁ-ゖA-Za-z]{1,12})?"
    r"|[ぁ-ゖ]{2,8}[ \u3000\u00a0][ぁ-ゖ]{2,8})[ \u3000\u00a0]?様(?![々子式相態])",
    re.MULTILINE,
)
_NOBODYS = re.compile(r"(?:者|客|員|方|先|皆|皆々|担当|社|仕|同|模|多|一|有|異|奥|神|王|貴|各位)$")
_WORD = r"(?:[ぁ-ゖ]{2,8}[一-龯々ァ-ヺーA-Za-z]{1,16}|[一-龯々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ0-9&＆・]{1,24})"
_FORM = r"(?:株式会社|有限会社|合同会社|合資会社|一般社団法人|医療法人|㈱|㈲|[(（][株有][)）])"
_COMPANY = re.compile(rf"{_FORM}[ \u3000]?{_WORD}|{_WORD}{_FORM}")
_FORMS = ("株式会社", "有限会社", "合同会社", "合資会社", "一般社団法人", "医療法人")
_ATTACHED = re.compile(r"添付")
_PLACEHOLDER = re.compile(r"[○〇]{2,}|[●◯]{2,}|[×✕]{2,}")
_SHORT = 4  # letters: fewer say nothing


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the reply goes. `said`: everything they wrote themselves, so that names in it are not strange.
    `wrote_from`: the address of their last mail; `reached_before`: whether an earlier mail went to this address."""

    name: str
    company: str
    address: str
    number: str
    said: str = ""
    wrote_from: str = ""
    reached_before: bool = True


@dataclass(frozen=True, slots=True)
class Writing:
    """The reply as it would go out, and what surrounds it. `own_names`: what the operator is called."""

    text: str
    files: int = 0
    own_names: Sequence[str] = ()
    warning_words: Collection[str] = ()
    always: bool = False


def odd(to: Addressee, writing: Writing) -> dict[str, str]:
    """Code → sentence, the weightiest first."""
    text = _QUOTED.sub("", writing.text)
    found = [
        *_recipient(to),
        *_names(to, writing, text),
        *_companies(to, writing, text),
        *_numbers(to, text),
        *_files(writing, text),
        *((f"word:{word}", f"気をつける言葉「{word}」があります。") for word in writing.warning_words if word in text),
        *_thin(text),
    ]  # fmt: skip
    if writing.always and not found:
        found = [("always", "宛先と本文をもう一度お確かめください。")]
    return dict(found)


def _recipient(to: Addressee) -> Iterator[tuple[str, str]]:
    if to.wrote_from and search_key(to.wrote_from) != search_key(to.address):
        other = to.wrote_from.rpartition("@")[2].lower() != to.address.rpartition("@")[2].lower()
        domain = "（ドメインも違います）" if other else ""
        yield (
            "sender",
            f"最後のメールは {to.wrote_from} から届いています{domain}。返信は {to.address} に届きます。",
        )
    elif not to.reached_before:
        yield "recipient", f"{to.address} へお送りするのは、このお問い合わせでは、はじめてです。"


def _names(to: Addressee, writing: Writing, text: str) -> Iterator[tuple[str, str]]:
    mine = [search_key(each) for each in (to.name, to.company) if each]
    said = search_key(to.said)
    for typed in dict.fromkeys(name.strip() for name in _NAME.findall(text)):
        name = search_key(typed)
        known = any(name in each or (each and each in name) for each in mine) or name in said
        if _NOBODYS.search(typed) or known:
            continue
        if not to.name:
            continue  # nobody gave a name: whoever is addressed cannot be the wrong one
        yield f"name:{name}", f"本文に「{typed} 様」とあります。宛先は、{shown_name(to.name)}です。"


def _companies(to: Addressee, writing: Writing, text: str) -> Iterator[tuple[str, str]]:
    known = [_bare(each) for each in (to.company, *writing.own_names) if each]
    said = _bare(to.said)
    for typed in dict.fromkeys(_COMPANY.findall(text)):
        name = _bare(typed)
        if name and name not in said and not any(name in each or each in name for each in known if each):
            yield f"company:{name}", f"本文に、ほかの会社の名前「{typed}」があります。"


def _bare(company: str) -> str:
    key = search_key(company)
    for form in _FORMS:
        key = key.replace(search_key(form), "")
    return key


def _numbers(to: Addressee, text: str) -> Iterator[tuple[str, str]]:
    for typed in _NUMBER.findall(text):
        number = read_receipt_number(typed)
        if number and number != to.number:
            yield f"number:{number}", f"別のお問い合わせの受付番号 {number} があります。"


def _files(writing: Writing, text: str) -> Iterator[tuple[str, str]]:
    if not writing.files and _ATTACHED.search(text):
        yield "attachment", "本文に「添付」とありますが、ファイルがまだ付いていません。"


def _thin(text: str) -> Iterator[tuple[str, str]]:
    if _PLACEHOLDER.search(text):
        yield "placeholder", "「○○」のままになっているところがあります。"
    if grapheme_length("".join(text.split())) < _SHORT:
        yield "short", "本文がとても短いようです。"
