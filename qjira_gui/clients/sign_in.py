"""How each site is told who asks; secrets stay out of every repr, error and log."""

import base64
from collections.abc import Generator
from urllib.parse import quote

import httpx

from qjira_gui.domain.errors import SignInError

#: Shorter ones would turn up in ordinary words, and no token is as short.
_SHORTEST = 6


class SignIn(httpx.Auth):
    """Adds one header to each request."""

    def __init__(self, name: str, header: str, secrets: tuple[str, ...]) -> None:
        """`header` is empty where it cannot be sent; `secrets` is what nobody may read."""
        self._name = name
        self._header = header
        # The longest first: one may be a part of another.
        forms = {form for one in secrets if len(one) >= _SHORTEST for form in _forms(one)}
        self._secrets = tuple(sorted(forms, key=len, reverse=True))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request; raises SignInError before anything is sent."""
        if not self._header:
            # Left to the HTTP library, its error and its log would quote the token.
            raise SignInError(
                f"The sign-in for {self._name} is empty or has a character in it that no token "
                "has. Enter it again in Connections."
            )
        request.headers["Authorization"] = self._header
        yield request

    def hide(self, text: str) -> str:
        """Return `text` without the secrets: some servers quote the token that they refuse."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


def _forms(secret: str) -> set[str]:
    """Return a secret as a debug page may quote it: plain, in an address, in base64."""
    encoded = secret.encode(errors="replace")
    whole = base64.b64encode(encoded).decode().rstrip("=")
    in_address = quote(secret, safe="", errors="replace")
    return {secret, in_address, whole, whole.replace("+", "-").replace("/", "_")}


def bearer(name: str, token: str) -> SignIn:
    """Return the sign-in with a token alone."""
    token = token.strip()
    good = bool(token) and token.isascii() and token.isprintable() and " " not in token
    return SignIn(name, f"Bearer {token}" if good else "", (token,))


def basic(name: str, email: str, token: str) -> SignIn:
    """Return the sign-in with an e-mail and a token, both needed."""
    email, token = email.strip(), token.strip()
    pair = base64.b64encode(f"{email}:{token}".encode(errors="replace")).decode()
    return SignIn(name, f"Basic {pair}" if email and token else "", (token, pair))
