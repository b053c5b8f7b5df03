"""Turns the schemas of an OpenAPI document into validators, each on first use and only once."""

from collections.abc import Iterable
from typing import Any, Literal

import jsonschema_rs

from tests.contract.specs import Document

Schema = dict[str, Any]
Direction = Literal["request", "response"]

_COMPONENTS = "#/components/schemas/"
_MOST_PROBLEMS = 12
_LONGEST_MESSAGE = 240

# What a validator reads; the rest of OpenAPI (example, xml, discriminator, x-…) is for people.
_VALUES = {
    "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems",
    "minProperties", "maxProperties",
}  # fmt: skip
_LISTS = ("allOf", "anyOf", "oneOf")


class Schemas:
    """Checks values against the schemas of one document.

    OpenAPI 3.0 is its own dialect, close to draft-04: `nullable`, `readOnly` and `writeOnly` are
    resolved here, and `format` is not judged, because Jira's dates end in `+0000`, which RFC 3339
    does not allow. OpenAPI 3.1 is JSON Schema 2020-12 as it stands, formats included.

    What we send is judged harder than the documents ask: an object that lists its properties takes
    no others, even where the document leaves it open. A misspelt key would otherwise be dropped by
    the server in silence.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._legacy = str(document["openapi"]).startswith("3.0")
        # Keyed by identity: the document, which holds every schema, lives as long as this object.
        self._validators: dict[tuple[int, Direction], jsonschema_rs.Validator] = {}

    def problems(self, schema: Schema, value: Any, direction: Direction, where: str) -> list[str]:
        """What is wrong with a value, a sentence each, the place first."""
        validator = self._validators.get((id(schema), direction))
        if validator is None:
            validator = self._compile(schema, direction)
            self._validators[id(schema), direction] = validator
        if validator.is_valid(value):
            return []
        return explain(validator.iter_errors(value), where)

    def resolve(self, schema: Schema) -> Schema:
        """The schema that a chain of references ends at."""
        while "$ref" in schema:
            schema = self.lookup(schema["$ref"])
        return schema

    def lookup(self, reference: str) -> Any:
        """What a local reference (`#/components/…`) names."""
        found: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found

    def _compile(self, schema: Schema, direction: Direction) -> jsonschema_rs.Validator:
        work = _Conversion(self._legacy, direction)
        root = work.convert(schema)
        definitions: dict[str, Schema] = {}
        # Only what this schema reaches: compiling the whole document costs tens of milliseconds.
        while work.wanted:
            key, (name, closed) = work.wanted.popitem()
            definitions[key] = {}
            definitions[key] = work.convert(self.lookup(_COMPONENTS + name), closed=closed)
            for done in definitions:
                work.wanted.pop(done, None)
        whole = {**root, "definitions": definitions} if definitions else root
        if self._legacy:
            # Beside `$ref`, draft-04 ignores everything, the definitions included.
            whole = {"allOf": [root], "definitions": definitions} if "$ref" in root else whole
            return jsonschema_rs.Draft4Validator(whole, validate_formats=False, offline=True)
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, offline=True)


class _Conversion:
    """One walk through a schema and, through `wanted`, the named ones that it mentions."""

    def __init__(self, legacy: bool, direction: Direction) -> None:
        self._legacy = legacy
        self._direction = direction
        self.wanted: dict[str, tuple[str, bool]] = {}

    def convert(self, schema: Any, *, closed: bool = True) -> Any:
        if not isinstance(schema, dict):
            return schema
        out: Schema = {}
        if "$ref" in schema:
            out["$ref"] = self._reference(schema["$ref"], closed)
            if self._legacy:
                return out
        out |= {key: value for key, value in schema.items() if key in _VALUES}
        if not self._legacy and "format" in schema:
            out["format"] = schema["format"]
        for key in ("items", "not"):
            if key in schema:
                out[key] = self.convert(schema[key])
        for key in _LISTS:
            if key in schema:
                # The parts of an allOf each see the whole object: none may refuse another's keys.
                alone = closed and (key != "allOf" or len(schema[key]) == 1)
                out[key] = [self.convert(part, closed=alone) for part in schema[key]]
        self._objects(schema, out, closed)
        if self._legacy and schema.get("nullable") is True:
            return _or_null(out)
        return out

    def _objects(self, schema: Schema, out: Schema, closed: bool) -> None:
        sending = self._direction == "request"
        hidden = "readOnly" if sending else "writeOnly"
        properties: dict[str, Any] = schema.get("properties", {})
        gone = {name for name, part in properties.items() if self._legacy and part.get(hidden)}
        if sending:
            # A server's own fields are not ours to send; leaving them out closes the door.
            properties = {name: part for name, part in properties.items() if name not in gone}
        if "properties" in schema:
            out["properties"] = {name: self.convert(part) for name, part in properties.items()}
        required = [name for name in schema.get("required", ()) if name not in gone]
        if required:
            out["required"] = required
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) and extra:
            out["additionalProperties"] = self.convert(extra)
        elif extra is False or (sending and closed and schema.get("properties")):
            out["additionalProperties"] = False

    def _reference(self, target: str, closed: bool) -> str:
        name = target.removeprefix(_COMPONENTS)
        key = name if closed else f"{name}.open"
        self.wanted[key] = (name, closed)
        return f"#/definitions/{key}"


def _or_null(schema: Schema) -> Schema:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    out = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        out["enum"] = [*schema["enum"], None]
    return out


def explain(errors: Iterable[jsonschema_rs.ValidationError], where: str) -> list[str]:
    """Errors as sentences; the error within an `anyOf` that got furthest says what was meant."""
    sentences: list[str] = []
    for error in errors:
        deepest = _deepest(error)
        place = where + "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in deepest.instance_path
        )
        message = deepest.message
        if len(message) > _LONGEST_MESSAGE:
            message = f"{message[:90]} … {message[-(_LONGEST_MESSAGE - 90) :]}"
        sentences.append(f"{place}: {message}")
        if len(sentences) == _MOST_PROBLEMS:
            break
    return sentences


def _deepest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    kind = error.kind
    if not isinstance(kind, jsonschema_rs.ValidationErrorKind.AnyOf) and not isinstance(
        kind, jsonschema_rs.ValidationErrorKind.OneOfNotValid
    ):
        return error
    leaves = [_deepest(inner) for branch in kind.context for inner in branch]
    if not leaves:
        return error
    # Among equals, "is not null" says least about what should have been sent.
    return max(leaves, key=lambda leaf: (len(leaf.instance_path), leaf.kind.name != "type"))
