"""Looks for a secret in bytes, in every form in which it may stand there."""

import base64
from pathlib import Path
from urllib.parse import quote, quote_plus

#: What nobody accepts, but what must not show either; a proxy's password among them.
WRONG_QUALYTICS = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3cm9uZyJ9.c2lnbmVkLWJ5LW5vYm9keQ"
WRONG_JIRA = "ATATT3xWrong+token/of=somebody"
PROXY = "hunter2&of/the+proxy"


def forms(secret: str) -> set[bytes]:
    """A secret as it may stand in a file or a text: plain, in an address, in base64 anywhere."""
    found = {secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()}
    found |= {quote(secret, safe="").encode(), quote_plus(secret).encode()}
    found |= {secret[::-1].encode(), repr(secret)[1:-1].encode()}
    for before in range(3):
        # The letters at both ends depend on what stands beside the secret.
        whole = base64.b64encode(b"x" * before + secret.encode())
        inner = whole[(4 if before else 0) : -4]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def shown(where: bytes, secrets: list[str]) -> list[str]:
    return [secret[:12] for secret in secrets if any(form in where for form in forms(secret))]


def files_of(profile: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(profile)): file.read_bytes()
        for file in sorted(profile.rglob("*"))
        if file.is_file()
    }
