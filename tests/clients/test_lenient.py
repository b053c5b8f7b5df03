"""Tests that no null, no gap and no wrong type in an answer costs more than itself."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qjira_gui.clients import jira_answers, jira_comments, lenient, qualytics, qualytics_comments
from qjira_gui.clients.jira_answers import (
    Created,
    Issues,
    Listing,
    Permissions,
    Picker,
    RawIssue,
    ServerInfo,
    Suggestions,
)
from qjira_gui.clients.qualytics import QualyticsMe, SourceRecord, decode_page
from qjira_gui.domain import anomaly, issue
from qjira_gui.domain.anomaly import Anomaly, AnomalyDetail, Comment
from qjira_gui.domain.issue import IssueType, Me, Project, User
from qjira_gui.practice import PracticeServer

Place = tuple[str | int, ...]
GAP = object()
#: What no field can be: each of these comes from a real kind of server.
ODD: list[Any] = [None, GAP, {"odd": [1]}, [{"odd": 1}], "odd", True, -7, 1.5, ""]

J = "/rest/api/3"
META = f"{J}/issue/createmeta/10001/issuetypes"
LISTED = f"{J}/search/jql?jql=project=DATA&maxResults=2&fields=summary,status,issuetype,updated"
#: Site, path, what it is read into, and the places that are the answer itself.
ANSWERS: list[tuple[str, str, Any, set[Place]]] = [
    ("q", "/api/users/me", QualyticsMe, set()),
    ("q", "/api/anomalies/{record}", AnomalyDetail, {("id",)}),
    ("q", "/api/anomalies/{record}/source-record", SourceRecord, set()),
    ("q", "/api/comments?size=3", qualytics_comments._Page, {("items",)}),
    ("q", "/api/anomalies/{record}", qualytics_comments._Holder, set()),
    ("j", f"{J}/myself", Me, set()),
    ("j", f"{J}/serverInfo", ServerInfo, set()),
    ("j", f"{J}/mypermissions?permissions=ADD_COMMENTS", Permissions, {("permissions",)}),
    ("j", f"{J}/project/search?maxResults=2", Listing, set()),
    ("j", META, Listing, set()),
    ("j", f"{META}/10007", Listing, set()),
    ("j", f"{J}/user/assignable/search?project=DATA&maxResults=2", list[User], set()),
    ("j", f"{J}/jql/autocompletedata/suggestions?fieldName=labels", Suggestions, set()),
    ("j", f"{J}/issue/picker?query=null", Picker, set()),
    ("j", f"{J}/issue/DATA-101?fields=summary,status,project", RawIssue, {("id",)}),
    ("j", f"{J}/issue/DATA-101?fields=summary", Created, {("id",)}),
    ("j", LISTED, Issues, {("issues",)}),
    (
        "j",
        f"{J}/issue/DATA-101/comment?expand=properties",
        jira_comments._Comments,
        {("comments",)},
    ),
]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a JSON value, the value itself excepted."""
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for name, part in pairs:
        yield (*at, name)
        yield from places(part, (*at, name))


def changed(value: Any, place: Place, to: Any) -> Any:
    """The value with another thing in one place, or with a gap there."""
    made = copy.deepcopy(value)
    inner = made
    for name in place[:-1]:
        inner = inner[name]
    if to is GAP:
        del inner[place[-1]]
    else:
        inner[place[-1]] = to
    return made


@pytest.fixture(scope="module")
def recorded(running: PracticeServer) -> dict[tuple[str, str], Any]:
    """The practice server's answers, each recorded once."""
    server, auth = running, (running.jira_email, running.jira_token)
    bearer = {"Authorization": f"Bearer {server.qualytics_token}"}
    made: dict[tuple[str, str], Any] = {}
    with httpx.Client(trust_env=False) as client:
        listing = f"{server.qualytics_url}/api/anomalies?size=3&anomaly_type=record"
        made["q", "list"] = client.get(listing, headers=bearer).json()
        record = made["q", "list"]["items"][0]["id"]
        server.change_issue("DATA-101", comment="looks bad")
        for site, path, _, _ in ANSWERS:
            base = server.qualytics_url if site == "q" else server.jira_url
            url = base + path.format(record=record)
            answer = client.get(
                url, headers=bearer if site == "q" else None, auth=None if site == "q" else auth
            )
            assert answer.is_success, answer.text
            made[site, path] = answer.json()
    return made


@pytest.mark.parametrize(
    ("site", "path", "kind", "needed"), ANSWERS, ids=[f"{one[1]} {one[2]}" for one in ANSWERS]
)
def test_whatever_one_value_of_an_answer_is_the_rest_is_read(
    recorded: dict[tuple[str, str], Any], site: str, path: str, kind: Any, needed: set[Place]
) -> None:
    answer = recorded[site, path]
    good = lenient.decode(json.dumps(answer).encode(), kind)
    tried = 0
    for place in places(answer):
        for odd in ODD:
            raw = json.dumps(changed(answer, place, odd)).encode()
            tried += 1
            try:
                read = lenient.decode(raw, kind)
            except msgspec.DecodeError as error:
                if place not in needed:
                    pytest.fail(f"{odd!r} at {place}: {error}")
                continue
            assert type(read) is type(good)
            if (
                len(place) > 1
                or isinstance(read, list)
                or (place[0] != "id" and place not in needed)
            ):
                assert getattr(read, "id", None) == getattr(good, "id", None)
    assert tried > 10


def test_whatever_one_value_of_a_list_is_its_other_anomalies_are_read(
    recorded: dict[tuple[str, str], Any],
) -> None:
    answer = recorded["q", "list"]
    ids = [item["id"] for item in answer["items"]]
    for place in places(answer):
        for odd in ODD:
            if place == ("items",):
                continue
            batch = decode_page(json.dumps(changed(answer, place, odd)).encode())
            told = f"{odd!r} at {place}"
            whole = place[:1] == ("items",) and (len(place) == 2 or place[2:] == ("id",))
            if not whole:
                assert [one.id for one in batch.items] == ids, told
                assert batch.unreadable == 0, told
            elif odd is not GAP or len(place) == 3:
                others = [one for at, one in enumerate(ids) if at != place[1]]
                assert [one.id for one in batch.items if one.id in others] == others, told
                assert len(batch.items) + batch.unreadable == len(ids), told


MODULES = (anomaly, issue, jira_answers, jira_comments, qualytics, qualytics_comments)
#: What an answer is worth nothing without: the thing's own name, or the list that was asked for.
NEEDED = {
    "Anomaly": {"id"}, "AnomalyDetail": {"id"}, "Comment": {"id"}, "_Comment": {"id"},
    "RawIssue": {"id"}, "Created": {"id"}, "Project": {"id", "key"}, "IssueType": {"id"},
    "_PickerIssue": {"key"}, "Issues": {"issues"}, "Permissions": {"permissions"},
    "_AnomalyPage": {"items", "total"}, "_Page": {"items"}, "_Description": {"paths"},
    "_Comments": {"comments"}, "_CommentList": {"values"},
    # Made here, never read from an answer.
    "Issue": {"id", "key"}, "JiraComment": {"id", "text", "created"}, "Batch": {"items", "total"},
}  # fmt: skip


def test_no_struct_that_is_read_from_an_answer_insists_on_more_than_its_name() -> None:
    found = {
        name: {field.name for field in msgspec.structs.fields(kind) if field.required}
        for module in MODULES
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    }
    assert {name: fields for name, fields in found.items() if fields} == NEEDED


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ({"id": 7, "status": None}, Anomaly(id=7)),
        ({"id": "7", "created": None, "type": None}, Anomaly(id=7)),
        ({"id": 7.0, "weight": "8.5"}, Anomaly(id=7, weight=8.5)),
        ({"id": 7, "archived": "yes"}, Anomaly(id=7)),
        ({"id": 7, "fingerprint": 12, "status": None}, Anomaly(id=7, fingerprint=12)),
        ({"id": 7, "fingerprint": "12", "status": None}, Anomaly(id=7, fingerprint="12")),
        ({"id": 7, "failed_checks": [None, {"message": 5}, 3]}, ("5",)),
        ({"id": 7, "global_tags": [{"name": None}, None]}, ("",)),
    ],
)
def test_one_value_gives_way_and_the_others_stay(raw: dict[str, Any], read: object) -> None:
    made = lenient.convert(raw, Anomaly)
    if isinstance(read, Anomaly):
        assert made == read
    else:
        said = [c.message for c in made.checks] or [t.name for t in made.global_tags or []]
        assert tuple(said) == read


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ({"id": None}, Anomaly),
        ({"id": True}, Anomaly),
        ({"id": 7.5}, Anomaly),
        ({"id": float("inf")}, Anomaly),
        ({"id": "x"}, Comment),
        ({}, Project),
        ({"id": "1"}, Project),
        (7, IssueType),
        (None, Me),
        ({}, list[User]),
    ],
)
def test_without_its_name_a_thing_is_not_read(raw: object, kind: type[object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        lenient.convert(raw, kind)


def test_numbers_that_came_as_ids_and_ids_that_came_as_numbers_are_the_same() -> None:
    assert lenient.convert({"id": 10000, "key": "DATA"}, Project) == Project("10000", "DATA")
    picked = lenient.convert({"sections": [{"issues": [{"key": "A-1", "id": "7"}]}]}, Picker)
    assert picked.sections[0].issues[0].id == 7


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "items", "status", "failed_checks", "message", "total", "key"]),
            inner,
        )
    ),
    max_leaves=20,
)
KINDS = [Anomaly, AnomalyDetail, Comment, Me, Project, User, Issues, Listing, Picker, list[User]]


@settings(deadline=None, max_examples=100)
@given(value=JSON, kind=st.sampled_from(KINDS))
def test_no_json_at_all_does_more_than_fail_to_be_read(value: Any, kind: Any) -> None:
    # NaN and infinity as Python writes them: no JSON, but some servers send it.
    raw = json.dumps(value).encode()
    try:
        lenient.decode(raw, kind)
    except msgspec.DecodeError:
        return


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_no_bytes_at_all_do_more_than_fail_to_be_read(raw: bytes) -> None:
    for kind in (Anomaly, list[User], dict[str, Any]):
        try:
            lenient.decode(raw, kind)
        except msgspec.DecodeError:
            continue
