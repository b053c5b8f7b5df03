"""How long a Qualytics token is good for: it is a JWT, so it says so itself."""

import base64
import binascii

import msgspec

#: Seconds before the end from which people are told: the vendor's CLI warns in the last week.
WARN = 7 * 24 * 3600.0
#: The end of the year 9999: no date can be shown beyond it.
_LAST = 253_402_300_799.0


class _Claims(msgspec.Struct):
    exp: float | None = None


def expires_at(token: str) -> float | None:
    """Return the end of a token in UTC seconds, None where it names none or is no JWT.

    The signature is the server's affair: nothing is decided here but what to tell people.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        end = msgspec.json.decode(claims, type=_Claims).exp
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return None
    return end if end is not None and 0.0 <= end <= _LAST else None
