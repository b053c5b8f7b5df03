"""What Jira's answers are read into, as far as tickets need them."""

from typing import Any

import msgspec

from qjira_gui.domain.issue import Issue


class _Named(msgspec.Struct):
    name: str = ""


class _Category(msgspec.Struct):
    key: str = ""


class _Status(msgspec.Struct, rename="camel"):
    name: str = ""
    status_category: _Category | None = None


class _Project(msgspec.Struct):
    key: str = ""


class _Fields(msgspec.Struct):
    summary: str | None = None
    status: _Status | None = None
    issuetype: _Named | None = None
    project: _Project | None = None
    updated: str | None = None


class RawIssue(msgspec.Struct):
    """An issue as Jira sends it, with our marker where it was asked for."""

    id: str
    key: str = ""
    fields: _Fields | None = None
    properties: dict[str, Any] | None = None

    def issue(self) -> Issue:
        """Return the parts that the window shows; what was not sent stays empty."""
        got = self.fields or _Fields()
        category = got.status and got.status.status_category
        return Issue(
            id=self.id,
            key=self.key,
            summary=got.summary or "",
            status=got.status.name if got.status else "",
            category=category.key if category else "",
            type=got.issuetype.name if got.issuetype else "",
            project=got.project.key if got.project else "",
            updated=got.updated or "",
        )


class Issues(msgspec.Struct, rename="camel"):
    """A page of a search, or issues by their numbers."""

    # Without a default: an answer that lacks the list must not pass for "there is none".
    issues: list[RawIssue]
    is_last: bool | None = None
    next_page_token: str | None = None


class Listing(msgspec.Struct, rename="camel"):
    """A page of projects, types or fields; Data Center says `values` to all (jira-api.md, 13)."""

    values: list[dict[str, Any]] | None = None
    issue_types: list[dict[str, Any]] | None = None
    fields: list[dict[str, Any]] | None = None
    total: int | None = None
    is_last: bool | None = None

    @property
    def entries(self) -> list[dict[str, Any]] | None:
        """The list, whatever its name; None where there is none at all."""
        for found in (self.values, self.issue_types, self.fields):
            if found is not None:
                return found
        return None


class _Permission(msgspec.Struct, rename="camel"):
    have_permission: bool = False


class Permissions(msgspec.Struct):
    """Which permissions the account has."""

    permissions: dict[str, _Permission]


class _PickerIssue(msgspec.Struct, rename="camel"):
    key: str
    id: int = 0
    summary_text: str = ""


class _Section(msgspec.Struct):
    issues: list[_PickerIssue] = []


class Picker(msgspec.Struct):
    """What is offered while somebody types."""

    sections: list[_Section] = []


class _Suggestion(msgspec.Struct):
    value: str = ""


class Suggestions(msgspec.Struct):
    """Values in use of one field."""

    results: list[_Suggestion] = []


class Created(msgspec.Struct):
    """An issue that has just been made; the number is all that is sure."""

    id: str
    key: str = ""


class ServerInfo(msgspec.Struct, frozen=True, rename="camel"):
    """What a Jira says about itself without sign-in."""

    server_title: str = ""
    #: Cloud, Server or Data Center.
    deployment_type: str = ""
