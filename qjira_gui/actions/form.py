"""What a ticket form asks Jira for: projects, types, fields, people, labels."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from qjira_gui.actions.remembered import Remembered
from qjira_gui.actions.site import Reach
from qjira_gui.clients.jira import JiraClient
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import IssueType, Me, Project, User
from qjira_gui.store.profile import Store

T = TypeVar("T")


class FormActions:
    """Answers are kept while the app runs, since projects and fields change seldom, and on disk
    for when Jira cannot be asked."""

    def __init__(
        self, store: Store, reach: Reach, remembered: Remembered, now: Callable[[], float]
    ) -> None:
        """Ask through `reach`; `now` gives UTC seconds."""
        self._store = store
        self._reach = reach
        self._remembered = remembered
        self._projects: list[Project] = []
        self._types: dict[str, list[IssueType]] = {}
        self._fields: dict[tuple[str, str], list[FormField]] = {}
        self._now = now
        #: When the oldest answer in use was given; None while all are fresh.
        self._as_of: float | None = None

    @property
    def age(self) -> float | None:
        """How old the oldest answer in use is, in seconds; None while all are fresh."""
        return None if self._as_of is None else self._now() - self._as_of

    def forget(self) -> None:
        """Ask anew: the connection changed, or Jira can be asked again."""
        self._projects = []
        self._types.clear()
        self._fields.clear()
        self._as_of = None

    async def projects(self) -> list[Project]:
        """Return where issues may be created, the default project first; raises AppError."""
        if not self._projects:
            self._projects = await self._ask("projects", list[Project], JiraClient.projects)
        default = self._store.settings.default_project.upper()
        return sorted(self._projects, key=lambda project: project.key.upper() != default)

    async def types(self, project: Project) -> list[IssueType]:
        """Return the issue types of a project; raises AppError."""
        if project.id not in self._types:
            self._types[project.id] = await self._ask(
                f"types {project.id}", list[IssueType], lambda jira: jira.issue_types(project.id)
            )
        return self._types[project.id]

    async def fields(self, project: Project, kind: IssueType) -> list[FormField]:
        """Return the fields of a project's issue type; raises AppError."""
        key = (project.id, kind.id)
        if key not in self._fields:
            self._fields[key] = await self._ask(
                f"fields {project.id} {kind.id}", list[FormField], lambda jira: jira.form(*key)
            )
        return self._fields[key]

    async def people(self, project: Project, query: str) -> list[User]:
        """Return who can be assigned; raises AppError."""
        return await self._ask(
            f"people {project.key} {query.strip().lower()}",
            list[User],
            lambda jira: jira.people(project.key, query),
        )

    async def me(self) -> Me:
        """Return the account itself, for "assign to me"; raises AppError."""
        return await self._ask("me", Me, JiraClient.me)

    async def labels(self, start: str) -> list[str]:
        """Return labels in use that begin like `start`; raises AppError."""
        return await self._ask(f"labels {start}", list[str], lambda jira: jira.labels(start))

    async def _ask(
        self, question: str, kind: type[T], ask: Callable[[JiraClient], Awaitable[T]]
    ) -> T:
        async def fresh() -> T:
            async with self._reach.jira() as client:
                return await ask(client)

        site = self._store.settings.jira_url
        answer = await self._remembered.ask(f"{site} {question}", kind, fresh)
        if answer.as_of is not None:
            self._as_of = min(answer.as_of, self._as_of or answer.as_of)
        return answer.value
