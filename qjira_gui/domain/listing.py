"""Which of the loaded anomalies a list shows, and what there is to choose from."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

from qjira_gui.domain.anomaly import Anomaly


class ListFilter(msgspec.Struct, frozen=True):
    """What the analyst chose; an empty choice lets everything through."""

    words: str = ""
    type: str = ""
    datastore: str = ""
    table: str = ""
    rule: str = ""
    tag: str = ""
    assignee: str = ""
    #: Only what was detected at or after this ISO time.
    since: str = ""

    @property
    def count(self) -> int:
        """How many choices are made, the words not counted."""
        chosen = (self.type, self.datastore, self.table, self.rule, self.tag, self.assignee)
        return sum(bool(one) for one in (*chosen, self.since))


#: What can be chosen from the rows themselves, by the filter's field.
CHOICES: dict[str, Callable[[Anomaly], Iterable[str]]] = {
    "type": lambda a: (a.type,),
    "datastore": lambda a: (a.datastore_name,),
    "table": lambda a: (a.table_name,),
    "rule": lambda a: a.rules,
    "tag": lambda a: a.tag_names,
    "assignee": lambda a: a.assignee_names,
}


def hay(anomaly: Anomaly) -> str:
    """Return everything that the search box looks through, in lower case."""
    parts = [
        str(anomaly.id),
        anomaly.text,
        anomaly.datastore_name,
        anomaly.table_name,
        *anomaly.field_names,
        *anomaly.tag_names,
        *anomaly.assignee_names,
    ]
    return "\n".join(parts).lower()


def matches(anomaly: Anomaly, wanted: ListFilter) -> bool:
    """Say whether an anomaly passes every choice; the words are looked for in `hay`."""
    if wanted.since and _seconds(anomaly.created) < _seconds(wanted.since):
        return False
    for name, values in CHOICES.items():
        chosen = getattr(wanted, name)
        if chosen and chosen not in values(anomaly):
            return False
    return True


def choices(anomalies: Iterable[Anomaly]) -> dict[str, Counter[str]]:
    """Count what each filter can be set to, in one pass."""
    found: dict[str, Counter[str]] = {name: Counter() for name in CHOICES}
    for anomaly in anomalies:
        for name, values in CHOICES.items():
            found[name].update(value for value in set(values(anomaly)) if value)
    return found


def _seconds(moment: str) -> float:
    """Return an ISO time in UTC seconds, whatever its zone; no time at all is long ago."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return float("-inf")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
