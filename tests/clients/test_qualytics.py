"""Tests of the Qualytics client against the practice server, each request held to the document."""

import ast
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import respx

import qjira_gui
from qjira_gui.clients.qualytics import PAGE, QualyticsClient, list_params
from qjira_gui.clients.sites import Sites
from qjira_gui.domain.anomaly import AnomalyDetail, web_link
from qjira_gui.domain.connection import Network, QualyticsLogin
from qjira_gui.domain.errors import AppError, RefusedError, SignInError
from qjira_gui.domain.page import AnomalyFilter
from qjira_gui.practice import PracticeServer
from tests.clients.wire import http_at

SITE = "http://127.0.0.1:1"


def choices() -> dict[str, tuple[str, ...]]:
    """The choices of the status box, read without Qt, whose libraries not every machine has."""
    source = Path(qjira_gui.__file__).with_name("ui") / "filter_bar.py"
    for node in ast.parse(source.read_text("utf-8")).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "STATUSES":
            assert node.value is not None
            return dict(ast.literal_eval(node.value))
    raise AssertionError("the status box has no choices")


STATUSES = choices()


@pytest.fixture
async def crafted() -> AsyncIterator[QualyticsClient]:
    """A client whose answers a test makes up."""
    async with http_at(SITE) as http:
        yield QualyticsClient(http, SITE)


async def everything(client: QualyticsClient, wanted: AnomalyFilter) -> list[Any]:
    first = await client.page(wanted, 1)
    rest = [await client.page(wanted, n) for n in range(2, -(-first.total // PAGE) + 1)]
    return [one for batch in (first, *rest) for one in batch.items]


async def test_health_needs_no_token_and_me_names_the_account(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    server.set_fault("qualytics", "dead_token")
    await qualytics.health()
    with pytest.raises(SignInError):
        await qualytics.me()
    server.clear_faults()
    me = await qualytics.me()
    assert (me.label, me.role, me.id) == ("Dana Whitfield", "Manager", 3)


@pytest.mark.parametrize("choice", STATUSES)
async def test_each_choice_of_the_status_box_lists_just_its_statuses(
    qualytics: QualyticsClient, choice: str
) -> None:
    wanted = AnomalyFilter(statuses=STATUSES[choice])
    found = await everything(qualytics, wanted)
    seen = {anomaly.status for anomaly in found}
    every = {status for statuses in STATUSES.values() for status in statuses}
    assert seen == (set(STATUSES[choice]) or every)
    assert len(found) == len({anomaly.id for anomaly in found})
    archived = {"Resolved", "Invalid", "Discarded", "Duplicate"}
    assert {anomaly.is_archived for anomaly in found} == {s in archived for s in seen}


async def test_the_choices_add_up_to_all_that_there_is(qualytics: QualyticsClient) -> None:
    async def total(choice: str) -> int:
        return (await qualytics.page(AnomalyFilter(statuses=STATUSES[choice]), 1)).total

    assert await total("All") == 400
    assert await total("Open") + await total("Archived") == 400
    assert await total("Active") + await total("Acknowledged") == await total("Open")


async def test_pages_are_a_hundred_newest_first_and_the_last_one_ends(
    qualytics: QualyticsClient,
) -> None:
    wanted = AnomalyFilter(statuses=())
    pages = [await qualytics.page(wanted, number) for number in range(1, 6)]
    assert [len(page.items) for page in pages] == [100, 100, 100, 100, 0]
    created = [anomaly.created for page in pages for anomaly in page.items]
    assert created == sorted(created, reverse=True)
    assert {page.total for page in pages} == {400}


async def test_the_words_of_a_search_reach_the_server(qualytics: QualyticsClient) -> None:
    wanted = AnomalyFilter(search="orders null & more?")
    assert ("search", "orders null & more?") in list_params(wanted, 1)
    assert (await qualytics.page(wanted, 1)).total == 0
    assert (await qualytics.page(AnomalyFilter(search="orders"), 1)).total > 0


def test_archived_is_left_out_unless_wanted_because_it_is_no_bool() -> None:
    assert "archived" not in dict(list_params(AnomalyFilter(), 1))
    for statuses in ((), ("Resolved",), ("Active", "Snoozed")):
        assert ("archived", "include") in list_params(AnomalyFilter(statuses=statuses), 1)


async def test_anomalies_are_read_by_number_archived_ones_too_and_unknown_ones_left_out(
    qualytics: QualyticsClient,
) -> None:
    listed = await everything(qualytics, AnomalyFilter(statuses=()))
    ids = [listed[0].id, listed[-1].id, next(a.id for a in listed if a.is_archived)]
    found = await qualytics.by_ids([*ids, 999_999_999])
    assert {anomaly.id for anomaly in found} == set(ids)


async def test_asking_for_no_number_does_not_read_the_whole_list(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    assert await qualytics.by_ids([]) == []
    assert server.ledger()["requests"] == []


async def test_null_lists_and_statuses_of_a_newer_build_are_shown_as_they_are(
    server: PracticeServer,
) -> None:
    server.set_fault("qualytics", "newer_build")
    # Past the checks of the document: it does not know these words either.
    login = QualyticsLogin(server.qualytics_url, server.qualytics_token)
    client = await Sites().build_qualytics(login, Network())
    found = await everything(client, AnomalyFilter(statuses=()))
    await client.http.aclose()
    assert len(found) == 400
    snoozed = [anomaly for anomaly in found if anomaly.status == "Snoozed"]
    assert [(one.type, one.is_archived) for one in snoozed] == [("drift", False)]
    bare = [a for a in found if a.global_tags is None]
    assert bare
    assert all((a.tag_names, a.assignee_names) == ([], []) for a in bare if a.assignees is None)


async def test_the_detail_holds_what_the_list_holds_and_the_scan_behind_it(
    qualytics: QualyticsClient,
) -> None:
    listed = (await qualytics.page(AnomalyFilter(), 1)).items[0]
    detail = await qualytics.anomaly(listed.id)
    assert isinstance(detail, AnomalyDetail)
    assert all(getattr(detail, name) == getattr(listed, name) for name in listed.__struct_fields__)
    assert detail.operation is not None
    assert detail.operation.type == "scan"
    assert detail.partition is not None


async def test_an_anomaly_that_is_gone_is_refused_in_the_server_s_words(
    qualytics: QualyticsClient,
) -> None:
    with pytest.raises(RefusedError, match="999999999 was not found") as caught:
        await qualytics.anomaly(999_999_999)
    assert caught.value.status == 404


async def test_a_status_is_set_and_comes_back_as_it_is_afterwards(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    active = (await qualytics.page(AnomalyFilter(statuses=("Active",)), 1)).items[0]
    changed = await qualytics.set_status(active.id, "Acknowledged")
    assert (changed.id, changed.status) == (active.id, "Acknowledged")
    done = server.ledger()["status_changes"]
    assert [(one["anomaly"], one["to"]) for one in done] == [(active.id, "Acknowledged")]


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, "done", [{"id": 9, "status": "Active"}], [{"id": 7, "status": None}], [None]],
)
async def test_a_status_that_was_set_is_read_where_the_answer_does_not_tell_it(
    crafted: QualyticsClient, respx_mock: respx.MockRouter, answer: object
) -> None:
    respx_mock.patch(f"{SITE}/anomalies").respond(200, json=answer)
    respx_mock.get(f"{SITE}/anomalies/7").respond(200, json={"id": 7, "status": "Acknowledged"})
    assert (await crafted.set_status(7, "Acknowledged")).status == "Acknowledged"


async def test_archiving_keeps_the_anomaly_its_status_and_the_comment(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    ids = [anomaly.id for anomaly in (await qualytics.page(AnomalyFilter(), 1)).items[:5]]
    statuses = ("Resolved", "Invalid", "Duplicate", "Discarded")
    for anomaly_id, status in zip(ids, statuses, strict=False):
        await qualytics.archive(anomaly_id, status, "gone 😀" if status == "Invalid" else "")
    ledger = server.ledger()
    done = [(one["anomaly"], one["status"]) for one in ledger["archives"]]
    assert done == list(zip(ids, statuses, strict=False))
    assert [one["message"] for one in ledger["anomaly_comments"]] == ["gone 😀"]
    assert ledger["hard_deletes"] == []
    assert (await qualytics.anomaly(ids[0])).is_archived


async def test_a_comment_is_added_and_shown_as_the_server_keeps_it(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    anomaly = (await qualytics.page(AnomalyFilter(), 1)).items[0]
    made = await qualytics.add_comment(anomaly.id, "Seen again.\nTwice 😀")
    assert made is not None
    assert made.message == "Seen again.\nTwice 😀"
    assert [one["id"] for one in server.ledger()["anomaly_comments"]] == [made.id]


@pytest.mark.parametrize("answer", [None, [], {}, "ok", {"id": None}, {"message": "x"}])
async def test_a_comment_that_was_taken_counts_whatever_is_answered(
    crafted: QualyticsClient, respx_mock: respx.MockRouter, answer: object
) -> None:
    respx_mock.post(f"{SITE}/comments").respond(201, json=answer)
    assert await crafted.add_comment(7, "x") is None


async def test_an_archived_anomaly_takes_no_comment(qualytics: QualyticsClient) -> None:
    archived = (await qualytics.page(AnomalyFilter(statuses=("Resolved",)), 1)).items[0]
    with pytest.raises(RefusedError, match="is archived and accepts no comments"):
        await qualytics.add_comment(archived.id, "too late")


async def test_source_rows_are_read_and_their_absence_is_a_sentence(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    listed = (await qualytics.page(AnomalyFilter(), 1)).items
    record = next(one for one in listed if one.type == "record")
    assert json.loads(await qualytics.source_record(record.id))
    server.set_fault("qualytics", "role", permission="Reporter")
    with pytest.raises(RefusedError, match="needs the Viewer permission"):
        await qualytics.source_record(record.id)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"source_record": '[{"a": 1}]'}, '[{"a": 1}]'),
        ({"source_record": [{"a": 1}]}, '[{"a":1}]'),
        ({"source_record": None}, None),
        ({"source_record": ""}, None),
        ({}, None),
    ],
)
async def test_source_rows_come_as_text_or_as_they_are(
    crafted: QualyticsClient, respx_mock: respx.MockRouter, answer: object, text: str | None
) -> None:
    respx_mock.get(f"{SITE}/anomalies/7/source-record").respond(200, json=answer)
    if text is not None:
        assert await crafted.source_record(7) == text
        return
    with pytest.raises(AppError, match="Qualytics keeps no source records for this anomaly"):
        await crafted.source_record(7)


async def test_the_link_of_an_anomaly_opens_its_page(
    qualytics: QualyticsClient, server: PracticeServer
) -> None:
    anomaly = (await qualytics.page(AnomalyFilter(), 1)).items[0]
    link = web_link(qualytics.web_url, anomaly)
    assert link.startswith(f"{server.qualytics_url}/datastores/")
    page = await qualytics.http._client.get(link)
    assert f"<h1>Anomaly {anomaly.id}</h1>" in page.text
