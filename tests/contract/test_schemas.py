"""The dialects of OpenAPI 3.0 and 3.1, on small documents made for one rule each."""

from typing import Any

import pytest

from tests.contract.schemas import Direction, Schema, Schemas


def judge(
    version: str, schema: Schema, value: Any, direction: Direction, **named: Schema
) -> list[str]:
    document = {"openapi": version, "components": {"schemas": named}}
    return Schemas(document).problems(schema, value, direction, "body")


def thing(**properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


STRING: Schema = {"type": "string"}


def test_null_passes_only_where_the_document_says_nullable() -> None:
    plain, nullable = thing(name=STRING), thing(name=STRING | {"nullable": True})
    assert judge("3.0.1", nullable, {"name": None}, "response") == []
    assert judge("3.0.1", plain, {"name": None}, "response") != []
    choice = thing(name={"type": "string", "enum": ["a"], "nullable": True})
    assert judge("3.0.1", choice, {"name": None}, "response") == []
    assert judge("3.0.1", choice, {"name": "b"}, "response") != []
    referred = thing(name={"allOf": [{"$ref": "#/components/schemas/N"}], "nullable": True})
    assert judge("3.0.1", referred, {"name": None}, "response", N=STRING) == []
    assert judge("3.0.1", referred, {"name": 1}, "response", N=STRING) != []


def test_nullable_means_nothing_in_3_1() -> None:
    schema = thing(name=STRING | {"nullable": True})
    assert judge("3.1.0", schema, {"name": None}, "response") != []


def test_a_property_may_be_named_like_a_keyword() -> None:
    schema = thing(nullable=STRING, required=STRING, properties=STRING)
    value = {"nullable": "a", "required": "b", "properties": "c"}
    assert judge("3.0.1", schema, value, "request") == []
    assert judge("3.0.1", schema, value | {"nullable": None}, "request") != []


@pytest.mark.parametrize(
    ("mark", "direction", "other"),
    [("readOnly", "request", "response"), ("writeOnly", "response", "request")],
)
def test_a_one_way_property_is_required_only_on_its_way(
    mark: str, direction: Direction, other: Direction
) -> None:
    schema = thing(id=STRING | {mark: True}, name=STRING)
    assert judge("3.0.1", schema, {"name": "a"}, direction) == []
    (problem,) = judge("3.0.1", schema, {"name": "a"}, other)
    assert '"id" is a required property' in problem


def test_only_what_we_send_is_refused_for_unknown_keys() -> None:
    schema = thing(inner={"$ref": "#/components/schemas/Inner"})
    value = {"inner": {"name": "a", "extra": 1}}
    for version in ("3.0.1", "3.1.0"):
        assert judge(version, schema, value, "response", Inner=thing(name=STRING)) == []
        (problem,) = judge(version, schema, value, "request", Inner=thing(name=STRING))
        assert problem.startswith("body.inner: ")


def test_a_bag_for_anything_stays_open_to_us() -> None:
    bag: Schema = {"type": "object", "additionalProperties": {}}
    typed: Schema = thing(a=STRING) | {"additionalProperties": {"type": "integer"}}
    assert judge("3.0.1", bag, {"customfield_1": [1]}, "request") == []
    assert judge("3.0.1", typed, {"a": "x", "b": 1}, "request") == []
    assert judge("3.0.1", typed, {"a": "x", "b": "y"}, "request") != []


def test_the_parts_of_one_object_do_not_refuse_each_other() -> None:
    both: Schema = {"allOf": [{"$ref": "#/components/schemas/Base"}, thing(extra=STRING)]}
    value = {"name": "a", "extra": "b"}
    assert judge("3.1.0", both, value, "request", Base=thing(name=STRING)) == []
    assert judge("3.1.0", both, {"extra": "b"}, "request", Base=thing(name=STRING)) != []


def test_a_schema_may_contain_itself() -> None:
    node = thing(name=STRING)
    node["properties"]["children"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Node"},
    }
    schema: Schema = {"$ref": "#/components/schemas/Node"}
    good = {"name": "a", "children": [{"name": "b", "children": []}]}
    assert judge("3.0.1", schema, good, "request", Node=node) == []
    bad = {"name": "a", "children": [{"name": 1}]}
    (problem,) = judge("3.0.1", schema, bad, "request", Node=node)
    assert problem.startswith("body.children[0].name: ")


def test_jiras_dates_pass_and_qualytics_dates_are_judged() -> None:
    schema = thing(created={"type": "string", "format": "date-time"})
    value = {"created": "2021-01-17T12:34:00.000+0000"}
    assert judge("3.0.1", schema, value, "response") == []
    assert judge("3.1.0", schema, value, "response") != []


def test_a_choice_is_explained_by_the_branch_that_was_meant() -> None:
    schema = thing(inner={"anyOf": [{"type": "null"}, thing(name=STRING)]})
    (problem,) = judge("3.1.0", schema, {"inner": {"name": 1}}, "response")
    assert problem == 'body.inner.name: 1 is not of type "string"'
    choice = thing(inner={"anyOf": [{"type": "null"}, {"enum": ["a", "b"]}]})
    (problem,) = judge("3.1.0", choice, {"inner": "c"}, "response")
    assert problem == 'body.inner: "c" is not one of "a" or "b"'
    turned = thing(inner={"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]})
    assert judge("3.1.0", turned, {"inner": "c"}, "response") == [problem]
