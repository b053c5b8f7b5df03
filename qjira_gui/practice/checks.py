"""Quality checks that fit the tables of the sample data, and the words of a failure."""

from __future__ import annotations

from dataclasses import dataclass

from qjira_gui.practice.rules import BY_USE, WHOLE_TABLE, Template
from qjira_gui.practice.warehouse import Table, tables

_LIMITS = {"freshness": 24, "metric": 10, "sum": 5}


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    id: int
    table: Table
    fields: tuple[str, ...]
    template: Template
    inferred: bool

    @property
    def rule(self) -> str:
        return self.template.rule

    def message(self, count: int | None, figure: int) -> str:
        count = figure + 2 if count is None else count
        # Beyond the limit that the same sentence names; and values are resolved to fewer entities.
        figure += _LIMITS.get(self.rule, 0)
        figure = min(figure, max(count - 1, 1)) if self.rule == "entityResolution" else figure
        name = self.fields[0] if self.fields else self.table.name
        rows, template = self.table.noun, self.template.message
        return template.format(n=f"{count:,}", rows=rows, f=name, v=figure, t=self.table.name)

    def description(self) -> str:
        name = self.fields[0] if self.fields else self.table.name
        return self.template.description.format(f=name, rows=self.table.noun, t=self.table.name)


def checks() -> list[Check]:
    """Some 300 checks; which of a use's templates a field gets depends only on its place."""
    made: list[Check] = []

    def add(table: Table, fields: tuple[str, ...], template: Template) -> None:
        made.append(Check(2001 + len(made), table, fields, template, len(made) % 3 == 0))

    for at, table in enumerate(tables()):
        for place, (name, use) in enumerate(table.fields):
            offered = BY_USE[use]
            add(table, (name,), offered[(at + place) % len(offered)])
            if len(offered) > 1 and (at + place) % 4 == 0:
                add(table, (name,), offered[(at + place + 1) % len(offered)])
        for offset in range(2):
            add(table, (), WHOLE_TABLE[(at * 2 + offset) % len(WHOLE_TABLE)])
    return made
