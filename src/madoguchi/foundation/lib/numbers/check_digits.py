"""Check digits of numbers that people carry, each by the rule that issues it. `digits`: ASCII digits only."""

_MY_NUMBER = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LICENCE = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_my_number(digits: str) -> bool:
    """個人番号: 12 digits, the last by 平成26年総務省令第85号 5条."""
    if len(digits) != 12:
        return False
    rest = _weighed(digits, _MY_NUMBER) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_company_number(digits: str) -> bool:
    """法人番号: 13 digits, the first by 平成26年財務省令第70号 2条. Public: anybody may look it up."""
    if len(digits) != 13:
        return False
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


def is_licence_number(digits: str) -> bool:
    """運転免許証: 12 digits, the eleventh by modulus 11; the twelfth counts reissues."""
    return len(digits) == 12 and int(digits[10]) == (11 - _weighed(digits, _LICENCE) % 11) % 10


def is_insurer_number(digits: str) -> bool:
    """健康保険の保険者番号: 8 digits, or 6 of 国民健康保険, the last by modulus 10 of digit sums."""
    return len(digits) in (6, 8) and _luhn(digits)


def is_card_number(digits: str) -> bool:
    """A payment card: 14–19 digits of a known issuer (ISO/IEC 7812), the last by Luhn's rule."""
    return is_issued(digits) and _luhn(digits)


def is_issued(digits: str) -> bool:
    """The first digits are those of a card brand, and the length is one that it issues."""
    two, three, four, length = int(digits[:2]), int(digits[:3]), int(digits[:4]), len(digits)
    if digits[0] == "4":
        return length in (13, 16, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return length == 16
    if two in (34, 37):
        return length == 15
    if 300 <= three <= 305 or two in (36, 38, 39):
        return 14 <= length <= 19
    return 16 <= length <= 19 and (
        3528 <= four <= 3589 or four == 6011 or 644 <= three <= 649 or two in (62, 65)
    )


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: str) -> bool:
    doubled = "".join(str(int(digit) * (1 + place % 2)) for place, digit in enumerate(reversed(digits)))
    return sum(map(int, doubled)) % 10 == 0
