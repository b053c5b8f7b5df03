"""The people of the sample company; most have an account on both sites."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "meridian.example"


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    name: str
    role: str = "Member"

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


PEOPLE = (
    Person("maya.lindqvist", "Maya Lindqvist", "Admin"),
    Person("tomas.herrera", "Tomás Herrera", "Manager"),
    Person("dana.whitfield", "Dana Whitfield", "Manager"),
    Person("priya.raman", "Priya Raman"),
    Person("jonas.becker", "Jonas Becker"),
    Person("aiko.tanabe", "Aiko Tanabe"),
    Person("samir.haddad", "Samir Haddad"),
    Person("grace.okafor", "Grace Okafor"),
)
ME = PEOPLE[2]

# Known to Jira only: the teams that mend what the analysts find.
JIRA_ONLY = (
    Person("elena.petrova", "Elena Petrova"),
    Person("marcus.webb", "Marcus Webb"),
    Person("lucia.fontana", "Lucía Fontana"),
    Person("henrik.dahl", "Henrik Dahl"),
    Person("wei.zhang", "Wei Zhang"),
    Person("olivia.marsh", "Olivia Marsh"),
)
