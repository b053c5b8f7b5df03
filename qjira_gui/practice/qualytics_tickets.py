"""Qualytics' own ticketing endpoints: search, one ticket, create, and an anomaly's ticket links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from qjira_gui.practice.people import ME
from qjira_gui.practice.qualytics_checks import Query, Shape, is_text, thing
from qjira_gui.practice.qualytics_state import QualyticsState
from qjira_gui.practice.times import qualytics_time
from qjira_gui.practice.wire import Call, JsonObject, Refused, Reply, Rule

if TYPE_CHECKING:
    from qjira_gui.practice.anomalies import Anomaly
    from qjira_gui.practice.qualytics_app import Access

_TITLE: Shape = {
    "title": (True, False, is_text, "a valid string"),
    "description": (False, True, is_text, "a valid string"),
    "priority": (False, True, is_text, "a valid string"),
}
_LINK: Shape = {"ticket_id": (True, False, is_text, "a valid string")}


class Tickets(Protocol):
    """What Qualytics' integration asks of Jira, in Qualytics' words."""

    def search(self, words: str) -> list[JsonObject]: ...
    def ticket(self, ticket_id: str) -> JsonObject | None: ...
    def create(self, title: str, description: str, priority: str | None) -> JsonObject: ...


class TicketRoutes:
    """The shapes that the slice of the specification leaves open are ours."""

    def __init__(self, state: QualyticsState, access: Access, tickets: Tickets) -> None:
        self._state, self._access, self._tickets = state, access, tickets

    def rules(self, root: str) -> list[Rule]:
        at, links = (
            f"{root}/integrations/ticketing",
            f"{root}/anomalies/{{anomaly_id}}/ticket-links",
        )
        return [
            Rule("GET", f"{at}/form-specification", self._form),
            Rule("GET", f"{at}/tickets/search", self._search),
            Rule("GET", f"{at}/tickets/{{ticket_id}}", self._ticket),
            Rule("POST", f"{at}/anomalies/{{anomaly_id}}/tickets", self._create),
            Rule("GET", links, self._links),
            Rule("POST", links, self._link),
            Rule("DELETE", f"{links}/{{link_id}}", self._unlink),
        ]

    def _form(self, call: Call) -> Reply:
        def field(name: str, title: str, kind: str, required: bool = False) -> JsonObject:
            return {"field": name, "title": title, "type": kind, "required": required}

        priority = field("priority", "Priority", "select")
        priority["options"] = ["Highest", "High", "Medium", "Low", "Lowest"]
        text = [
            field("title", "Summary", "text", True),
            field("description", "Description", "textarea"),
        ]
        return Reply(body={"type": "jira", "fields": [*text, priority]})

    def _search(self, call: Call) -> Reply:
        query = Query(call)
        page, size = query.int_or("page", 1, 1), query.int_or("size", 50, 1, 100)
        query.problems.settle()
        found = self._tickets.search(call.one("query") or "")
        names = ["ticket_id", "ticket_number", "title", "description", "status", "priority"]
        names += ["created_at", "updated_at", "assigned_to", "url"]
        start = (page - 1) * size
        items = [{name: one[name] for name in names} for one in found[start : start + size]]
        counts = {"total": len(found), "page": page, "size": size}
        return Reply(body={"items": items, **counts, "pages": -(-len(found) // size)})

    def _ticket(self, call: Call) -> Reply:
        return Reply(body=self._known(call.params["ticket_id"]))

    def _create(self, call: Call) -> Reply:
        one = self._anomaly(call)
        item = thing(call, _TITLE)
        ticket = self._tickets.create(
            item["title"], item.get("description") or "", item.get("priority")
        )
        self._keep(one, ticket)
        message = f"Ticket {ticket['ticket_number']} created and linked to anomaly {one.id}"
        ids = {"anomaly_id": one.id, "integration_id": 2}
        return Reply(body={"ticket": ticket, **ids, "message": message})

    def _links(self, call: Call) -> Reply:
        return Reply(body=self._state.links.get(self._anomaly(call).id, []))

    def _link(self, call: Call) -> Reply:
        if refused := self._access.no_manager() or self._access.lacks("Author"):
            return refused
        one = self._anomaly(call)
        ticket = self._known(thing(call, _LINK)["ticket_id"])
        held = self._state.links.get(one.id, [])
        if any(link["ticket_id"] == ticket["ticket_id"] for link in held):
            raise Refused(409, {"detail": "This ticket is already linked to the anomaly"})
        return Reply(body=self._keep(one, ticket))

    def _unlink(self, call: Call) -> Reply:
        if refused := self._access.no_manager() or self._access.lacks("Author"):
            return refused
        one = self._anomaly(call)
        held = self._state.links.get(one.id, [])
        kept = [link for link in held if str(link["id"]) != call.params["link_id"]]
        if len(kept) == len(held):
            raise Refused(404, {"detail": "Ticket link was not found"})
        self._state.links[one.id] = kept
        gone = call.params["link_id"]
        self._state.ledger.add("ticket_links", by=ME.name, anomaly=one.id, removed=gone)
        return Reply(204)

    def _keep(self, one: Anomaly, ticket: JsonObject) -> JsonObject:
        names = ("ticket_id", "ticket_number", "title", "status", "url")
        link = {"id": self._state.next_id(), **{name: ticket[name] for name in names}}
        link["last_synced"] = qualytics_time(self._state.now())
        self._state.links.setdefault(one.id, []).append(link)
        number = ticket["ticket_number"]
        self._state.ledger.add("ticket_links", by=ME.name, anomaly=one.id, ticket=number)
        return link

    def _known(self, ticket_id: str) -> JsonObject:
        ticket = self._tickets.ticket(ticket_id)
        if ticket is None:
            raise Refused(404, {"detail": f"Ticket {ticket_id} was not found"})
        return ticket

    def _anomaly(self, call: Call) -> Anomaly:
        one = self._state.find(call.params["anomaly_id"])
        if one is None:
            raise Refused(404, {"detail": f"Anomaly {call.params['anomaly_id']} was not found"})
        return one
