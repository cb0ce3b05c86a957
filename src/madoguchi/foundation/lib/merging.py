"""Own substituter for the texts of mails: `{{name}}`, and `{{#name}}…{{/name}}` kept only when the value is
not empty. One pass over the template; a value is put in as it is and never read again."""

from collections.abc import Iterator, Mapping

from madoguchi.foundation.lib.errors import Refusal


class MissingField(Refusal):
    """The template names something that nobody filled in, or that does not exist."""

    code = "missing-field"
    status = 422

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(
            f"文面の「{{{{{field}}}}}」に入れる値がありません。",
            next_step="差し込みの名前を直すか、値を用意してください。",
        )


class BrokenTemplate(Refusal):
    code = "broken-template"
    status = 422
    default = "文面の差し込みの括弧({{ と }})が正しく閉じられていません。"


def merge(template: str, values: Mapping[str, str]) -> str:
    """Raises MissingField for a name without a value, also inside a section that is left out, so that a slip
    shows at once; BrokenTemplate for a tag or section that does not close.

    A section tag alone on its line takes the line with it.
    """
    open_sections: list[str] = []
    dropped = 0  # how many of the open sections are empty
    out: list[str] = []
    for tag, literal in _pieces(template):
        sign, name = (tag[0], tag[1:].strip()) if tag[:1] in ("#", "/") else ("", tag)
        if sign == "/":
            if not open_sections or open_sections.pop() != name:
                raise BrokenTemplate
            dropped -= not values[name]
        elif tag:
            value = _value(name, values)
            if sign == "#":
                open_sections.append(name)
                dropped += not value
            elif not dropped:
                out.append(value)
        if not dropped:
            out.append(literal)
    if open_sections:
        raise BrokenTemplate
    return "".join(out)


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise MissingField(name)
    return values[name]


def _pieces(template: str) -> Iterator[tuple[str, str]]:
    """Each tag (the first is empty) with the literal text up to the next one."""
    first, *rest = template.split("{{")
    yield "", first
    line_begins = first == "" or first.endswith("\n")
    for part in rest:
        inside, closed, literal = part.partition("}}")
        tag = inside.strip()
        if not closed or not tag or "\n" in inside:
            raise BrokenTemplate
        alone = tag[0] in "#/" and line_begins and literal.startswith("\n")
        line_begins = literal.endswith("\n")
        yield tag, literal[1:] if alone else literal
