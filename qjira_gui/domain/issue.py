"""Jira's side, in the parts that the window shows."""

import msgspec


class Project(msgspec.Struct, frozen=True):
    """A project in which the analyst may create issues."""

    id: str
    key: str
    name: str = ""


class IssueType(msgspec.Struct, frozen=True):
    """A kind of issue that a project offers."""

    id: str
    name: str = ""
    description: str | None = None
    subtask: bool = False


class User(msgspec.Struct, frozen=True, rename={"account_id": "accountId", "name": "displayName"}):
    """Somebody in Jira; e-mails may be hidden, so the account id is the only sure name."""

    account_id: str = ""
    name: str = ""
    active: bool = True


class Me(msgspec.Struct, frozen=True, rename="camel"):
    """The account that the token belongs to."""

    account_id: str = ""
    display_name: str = ""
    email_address: str | None = None
    time_zone: str | None = None


class Issue(msgspec.Struct, frozen=True):
    """An issue as a card shows it; `checked_at` in UTC seconds, 0 where nobody looked."""

    id: str
    key: str
    summary: str = ""
    status: str = ""
    #: Jira's three categories: new, indeterminate, done.
    category: str = ""
    type: str = ""
    project: str = ""
    updated: str = ""
    checked_at: float = 0.0


class JiraComment(msgspec.Struct, frozen=True):
    """A comment on an issue, with our marker where it carries one."""

    id: str
    text: str
    created: str
    author_id: str = ""
    marker: dict[str, object] | None = None
