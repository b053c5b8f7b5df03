"""Reads JSON as servers really send it: a null or a wrong type costs that one value, no more."""

import json
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")


_PLAIN: dict[type[inspect.Type], type] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.FloatType: float,
    inspect.BoolType: bool,
}


class _LostError(Exception):
    """A value that nothing can be made of."""


def decode(raw: bytes, type: type[T]) -> T:
    """Return JSON as `type`; a value that does not fit gives way to its field's default.

    Raises msgspec.DecodeError where it is no JSON, or lacks what has no default. Costs nothing
    as long as everything fits.
    """
    try:
        return msgspec.json.decode(raw, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    return convert(loads(raw), type)


def convert(value: Any, type: type[T]) -> T:
    """Return decoded JSON as `type`, in the same way; raises msgspec.ValidationError."""
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError as error:
        wanted: Any = type
        try:
            mended = _mended(value, _kind(wanted))
        except _LostError:
            raise error from None
        return msgspec.convert(mended, type)


def loads(raw: bytes) -> Any:
    """Return any JSON, also with half characters, NaN or a byte order mark in it.

    Raises msgspec.DecodeError.
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        text = raw.decode("utf-8-sig", "replace")
        return whole(json.loads(text, parse_constant=lambda name: None))
    except (ValueError, RecursionError) as error:
        told = f"{error.__class__.__name__}: {error}"
    # Raised out here: the error above holds all that was read.
    raise msgspec.DecodeError(told)


def whole(value: Any) -> Any:
    """Return decoded JSON without halves of characters, which no file and no server takes."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [whole(one) for one in value]
    if isinstance(value, dict):
        return {whole(key): whole(one) for key, one in value.items()}
    return value


@cache
def _kind(type: Any) -> inspect.Type:
    # Kept: looking into a type takes far longer than mending a value of it.
    return inspect.type_info(type)


def _mended(value: Any, kind: inspect.Type) -> Any:
    """Return `value` so that it fits; raises _LostError."""
    match kind:
        case inspect.UnionType(types=types):
            return _one_of(value, types)
        case inspect.StructType(fields=fields):
            return _fields(value, fields)
        case inspect.ListType(item_type=item) if isinstance(value, list):
            return [one for part in value for one in _kept(part, item)]
        case inspect.DictType(value_type=item) if isinstance(value, dict):
            return {key: one for key, part in value.items() for one in _kept(part, item)}
        case inspect.AnyType():
            return value
        case _:
            return _plain(value, kind)


def _one_of(value: Any, kinds: tuple[inspect.Type, ...]) -> Any:
    if any(_is(value, kind) for kind in kinds):
        return value
    nothing = any(isinstance(kind, inspect.NoneType) for kind in kinds)
    for kind in kinds:
        for one in () if isinstance(kind, inspect.NoneType) else _kept(value, kind):
            return one
    if nothing:
        return None
    raise _LostError


def _is(value: Any, kind: inspect.Type) -> bool:
    """Say whether a plain value is of this kind as it stands."""
    return type(value) is _PLAIN.get(type(kind))


def _fields(value: Any, fields: tuple[inspect.Field, ...]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _LostError
    kept: dict[str, Any] = {}
    for field in fields:
        name = field.encode_name
        found = _kept(value[name], field.type) if name in value else []
        if field.required and not found:
            raise _LostError
        for one in found:
            kept[name] = one
    return kept


def _kept(value: Any, kind: inspect.Type) -> list[Any]:
    """Return what can be made of a value: one thing or none."""
    try:
        return [_mended(value, kind)]
    except _LostError:
        return []


def _plain(value: Any, kind: inspect.Type) -> Any:
    # Numbers come as text and ids as numbers, depending on who wrote the server.
    number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        match kind:
            case inspect.StrType() if isinstance(value, str) or number:
                return str(value)
            case inspect.IntType() if isinstance(value, str) or (number and value == int(value)):
                return int(value)
            case inspect.FloatType() if isinstance(value, str) or number:
                return float(value)
            case inspect.BoolType() if isinstance(value, bool):
                return value
    except (ValueError, OverflowError):
        pass
    raise _LostError
