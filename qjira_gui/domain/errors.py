"""The errors that people may see: a sentence each, and what they mean for what was being sent.

AppError                 a sentence for the analyst, never a traceback
├── OfflineError         no way to the server; nothing was sent
├── InDoubtError         it left, but no answer came: look before repeating
├── RateError            the server asks for a pause; it did nothing with the request
├── PassingError         408 or 5xx: trouble at the other end that passes
├── SignInError          the server does not accept who we are
├── RefusedError         the server understood and said no
└── NotTheApiError       something else answered at this address
"""

from collections.abc import Mapping


class AppError(Exception):
    """What happened, what it means and what to do, in plain words; `detail` stands behind it."""

    def __init__(self, sentence: str, detail: str = "", *, request_id: str = "") -> None:
        """Keep the sentence; `detail` and `request_id` must never hold a secret."""
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
        self.request_id = request_id

    @property
    def while_reading(self) -> str:
        """What to say where nothing was being sent: no word on what waits."""
        return self.sentence


class _OnTheWayError(AppError):
    """Its first sentence says what happened, and the others what becomes of what was sent."""

    @property
    def while_reading(self) -> str:
        """What happened."""
        happened, dot, _ = self.sentence.partition(". ")
        return f"{happened}." if dot else self.sentence


class OfflineError(_OnTheWayError):
    """No way to the server; nothing was sent."""


class InDoubtError(_OnTheWayError):
    """The request left and no answer came: the server may or may not have done it."""


class RateError(AppError):
    """429: rejected before it was processed, so sending it again is safe."""

    def __init__(
        self,
        sentence: str,
        detail: str = "",
        *,
        retry_after: float | None = None,
        reason: str = "",
        request_id: str = "",
    ) -> None:
        """`retry_after` in seconds, None where the server named no time."""
        super().__init__(sentence, detail, request_id=request_id)
        self.retry_after = retry_after
        self.reason = reason


class PassingError(_OnTheWayError):
    """408 or 5xx: the server may have done it before it stumbled."""

    def __init__(
        self,
        sentence: str,
        detail: str = "",
        *,
        retry_after: float | None = None,
        request_id: str = "",
    ) -> None:
        """`retry_after` in seconds, None where the server named no time."""
        super().__init__(sentence, detail, request_id=request_id)
        self.retry_after = retry_after


class SignInError(AppError):
    """The server does not accept the address, the e-mail or the token."""


class RefusedError(AppError):
    """The server understood the request and said no: repeating it as it is changes nothing."""

    def __init__(
        self,
        sentence: str,
        detail: str = "",
        *,
        status: int = 0,
        fields: Mapping[str, str] | None = None,
        request_id: str = "",
    ) -> None:
        """`fields` holds the server's own words, by field id."""
        super().__init__(sentence, detail, request_id=request_id)
        self.status = status
        self.fields = dict(fields or {})


class NotTheApiError(AppError):
    """A web page, a proxy or another program answered instead of the API."""
