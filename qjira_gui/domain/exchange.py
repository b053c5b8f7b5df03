"""Links and history as one JSON document, and how a document joins what is there."""

import re
from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from qjira_gui.domain.errors import AppError
from qjira_gui.domain.event import Event
from qjira_gui.domain.link import Link

FORMAT = "qjira-links"
VERSION = 1

#: As `next_id` makes them; a later one than this would leave no room for any after it.
_ID = re.compile(r"[0-9a-e][0-9a-f]{23}")
#: An anomaly and an issue's number: what makes a link the same, whatever its id or the key.
Pair = tuple[int, str]


class Addresses(msgspec.Struct, frozen=True):
    """Where a document's numbers mean something; empty where that is not known."""

    qualytics: str = ""
    jira: str = ""


NOWHERE = Addresses()


class Document(msgspec.Struct, frozen=True):
    """What is exported; `exported_at` in UTC seconds."""

    format: str
    version: int
    exported_at: float
    links: list[Link]
    events: list[Event]
    sites: Addresses = NOWHERE


class Imported(msgspec.Struct, frozen=True):
    """What an import found in a document: new here, or known already."""

    links_added: int = 0
    links_known: int = 0
    events_added: int = 0
    events_known: int = 0


class Merged(msgspec.Struct, frozen=True):
    """What must be written for a document to be part of what is there."""

    links: list[Link]
    events: list[Event]
    imported: Imported


class _Envelope(msgspec.Struct):
    format: str
    version: int


def to_json(
    links: Iterable[Link], events: Iterable[Event], at: float, sites: Addresses = NOWHERE
) -> bytes:
    """Return the document of the links that hold and have an issue, and of all events."""
    document = Document(
        format=FORMAT,
        version=VERSION,
        exported_at=at,
        links=[link for link in links if _pair(link) is not None],
        events=list(events),
        sites=sites,
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def from_json(raw: bytes, sites: Addresses = NOWHERE) -> Document:
    """Read a document; raises AppError for one that is damaged, foreign or of other sites."""
    try:
        envelope = msgspec.json.decode(raw, type=_Envelope)
    except (msgspec.MsgspecError, ValueError) as error:
        raise _not_ours(str(error)) from error
    if envelope.format != FORMAT:
        raise _not_ours(f"format {envelope.format!r}")
    if envelope.version > VERSION:
        raise AppError(
            "A newer QJira exported this file, so nothing was imported. Update this one first.",
            f"version {envelope.version}, known up to {VERSION}",
        )
    try:
        document = msgspec.json.decode(raw, type=Document)
    except (msgspec.MsgspecError, ValueError) as error:
        raise _damaged(str(error)) from error
    for id in [item.id for item in document.links] + [item.id for item in document.events]:
        if not _ID.fullmatch(id):
            raise _damaged(f"id {id!r}")
    for here, there in (
        (sites.qualytics, document.sites.qualytics),
        (sites.jira, document.sites.jira),
    ):
        if here and there and _plain(here) != _plain(there):
            raise AppError(
                f"This file belongs to {there}, and this profile to {here}: the same numbers mean "
                "other anomalies and issues there. Nothing was imported.",
            )
    return document


def merge(
    document: Document,
    links: Iterable[Link],
    events: Iterable[Event],
    new_id: Callable[[], str],
    is_here: Callable[[Link], bool] = lambda link: True,
) -> Merged:
    """Return what `document` adds to `links` (also removed ones) and `events`.

    `is_here` says whether a link is one of the sites in use: the same numbers elsewhere are no
    reason to leave one out.
    What is here wins over what is in the document; a link that was taken away here comes back.
    """
    by_id = {link.id: link for link in links}
    pairs = ((_pair(link), link) for link in by_id.values() if is_here(link))
    held = {pair: link for pair, link in pairs if pair is not None}
    seen = {event.id for event in events}
    added: list[Link] = []
    #: Links that are called otherwise here, so that the events still find theirs.
    names: dict[str, str] = {}
    known = 0
    for link in document.links:
        pair = _pair(link)
        if pair is None:
            continue
        if pair in held:
            names[link.id] = held[pair].id
            known += 1
            continue
        old = by_id.get(link.id)
        if old is not None and _awaited(old) and old.anomaly_id == link.anomaly_id:
            known += 1  # the outbox is about to find this very issue
            continue
        if old is None:
            new = link
        elif old.issue is not None and _pair(replace(old, removed_at=None)) == pair:
            # It knows better than the document what the issue has been told since.
            new = replace(old, removed_at=None)
        else:
            new = replace(link, id=new_id())
        names[link.id] = new.id
        held[pair] = by_id[new.id] = new
        added.append(new)
    fresh: dict[str, Event] = {}
    for event in document.events:
        if event.id not in seen:
            link_id = names.get(event.link_id, event.link_id)
            fresh.setdefault(event.id, replace(event, link_id=link_id))
    return Merged(
        links=added,
        events=list(fresh.values()),
        imported=Imported(
            links_added=len(added),
            links_known=known,
            events_added=len(fresh),
            events_known=len(document.events) - len(fresh),
        ),
    )


def _pair(link: Link) -> Pair | None:
    """Return what a link holds together, None where it does not."""
    if link.issue is None or not link.issue.id or link.removed_at is not None:
        return None
    return link.anomaly_id, link.issue.id


def _awaited(link: Link) -> bool:
    """Say whether the issue of a link is still on its way."""
    return link.issue is None and link.removed_at is None


def _plain(address: str) -> str:
    host = address.strip().partition("://")[2] or address.strip()
    return host.rstrip("/").removesuffix("/api").casefold()


def _not_ours(detail: str) -> AppError:
    return AppError(
        "This file was not exported by QJira, so nothing was imported. "
        "Choose one that was saved with Export.",
        detail,
    )


def _damaged(detail: str) -> AppError:
    return AppError(
        "This file was exported by QJira, but it is damaged, so nothing was imported. "
        "Export it again where it came from.",
        detail,
    )
