"""The substituter of mails and notices: names in double braces, optional sections, nothing read twice."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib.merging import BrokenTemplate, MissingField, merge


class TestMerge:
    def test_names_and_sections(self) -> None:
        template = (
            "{{#company}}\n{{company}}\n{{/company}}\n{{ person.name }} 様\n{{#x}}a{{#y}}b{{/y}}c{{/x}}"
        )

        values = {"company": "株式会社見本", "person.name": "太郎", "x": "1", "y": ""}
        assert merge(template, values) == "株式会社見本\n太郎 様\nac"
        assert merge(template, {**values, "company": "", "x": "", "y": "1"}) == "太郎 様\n"

    def test_values_are_never_read_again(self) -> None:
        values = {"氏名": "{{secret}} {{#a}} }} {{", "secret": "漏れてはいけない"}

        assert merge("{{氏名}}様", values) == "{{secret}} {{#a}} }} {{様"

    @pytest.mark.parametrize("template", ["{{氏名}}", "{{#氏名}}a{{/氏名}}", "{{#空}}{{氏名}}{{/空}}"])
    def test_a_name_without_value_is_named(self, template: str) -> None:
        with pytest.raises(MissingField, match="氏名") as refused:
            merge(template, {"空": ""})

        assert refused.value.field == "氏名"

    @pytest.mark.parametrize(
        "template",
        ["{{a", "{{}}", "{{ }}", "{{#a}}", "{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{a\n}}", "{{{{a}}"],
    )
    def test_a_template_that_does_not_close(self, template: str) -> None:
        with pytest.raises(BrokenTemplate):
            merge(template, {"a": "1", "b": "1"})

    @given(st.text(st.sampled_from("{}#/ab \n"), max_size=60))
    def test_any_template_is_merged_or_refused(self, template: str) -> None:
        try:
            merged = merge(template, {"a": "", "b": "x"})
        except (BrokenTemplate, MissingField):
            return
        assert "{{" not in merged

    @pytest.mark.parametrize(
        "make", [lambda n: "{{" * n, lambda n: "{{a}}" * n, lambda n: "{{#a}}" * n, lambda n: "{{" + " " * n]
    )
    def test_time_grows_with_length_only(self, make: Callable[[int], str]) -> None:
        try:
            merge(make(200_000), {"a": "x"})
        except BrokenTemplate:
            return
