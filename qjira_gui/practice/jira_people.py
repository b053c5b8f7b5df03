"""The accounts of the practice Jira: some hide their e-mail, one has left, one is an app."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from qjira_gui.practice.people import DOMAIN, JIRA_ONLY, ME, PEOPLE, Person

JsonObject = dict[str, Any]

_FIRST = ("Ana", "Ben", "Chloé", "Dmitri", "Esra", "Farid", "Hanna", "Ivo", "Julia", "Kofi")
_LAST = ("Almeida", "Brandt", "Costa", "Duval", "Eriksen", "Fischer", "Gupta", "Horvat")


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    name: str
    email: str | None  # None: hidden by its owner; "" as some sites answer
    active: bool = True
    kind: str = "atlassian"


@cache
def accounts() -> dict[str, Account]:
    """Everybody, in the order in which user search goes through them."""
    made = [_account(person) for person in (*PEOPLE, *JIRA_ONLY)]
    for at in range(48):
        first, last = _FIRST[at % len(_FIRST)], _LAST[at * 3 % len(_LAST)]
        made.append(_account(Person(f"{first}.{last}.{at}".lower(), f"{first} {last}"), at))
    made.insert(5, Account(_id("automation"), "Automation for Jira", None, kind="app"))
    made.insert(9, Account(_id("left"), "Peter Osei", f"peter.osei@{DOMAIN}", active=False))
    return {one.id: one for one in made}


def _id(login: str) -> str:
    return f"712020:{uuid5(NAMESPACE_DNS, login)}"


def _account(person: Person, at: int = 1) -> Account:
    email: str | None = person.email
    if at % 6 == 0 or person.login == "samir.haddad":
        email = None
    elif person.login == "grace.okafor":
        email = ""
    return Account(_id(person.login), person.name, email)


MY_ACCOUNT = _id(ME.login)


def account_by_name(name: str) -> Account | None:
    return next((one for one in accounts().values() if one.name == name), None)


def account_json(one: Account, base: str, zone: str, *, nulls: bool = False) -> JsonObject:
    avatar = f"{base}/secure/useravatar?ownerId={one.id}"
    shown: JsonObject = {
        "self": f"{base}/rest/api/3/user?accountId={one.id}",
        "accountId": one.id,
        "accountType": one.kind,
        "displayName": one.name,
        "active": one.active,
        "timeZone": zone,
        "avatarUrls": dict.fromkeys(("16x16", "24x24", "32x32", "48x48"), avatar),
    }
    if one.email is not None:
        shown["emailAddress"] = one.email
    elif nulls:
        # The specification knows no null here; real sites have sent one.
        shown["emailAddress"] = None
    return shown
