"""What a ticket form asks Jira for: projects, types, fields, people, labels."""

from qjira_gui.actions.site import Reach
from qjira_gui.domain.fields import FormField
from qjira_gui.domain.issue import IssueType, Me, Project, User
from qjira_gui.store.profile import Store


class FormActions:
    """Answers are kept while the app runs: projects and fields change seldom."""

    def __init__(self, store: Store, reach: Reach) -> None:
        """Ask through `reach`."""
        self._store = store
        self._reach = reach
        self._projects: list[Project] = []
        self._types: dict[str, list[IssueType]] = {}
        self._fields: dict[tuple[str, str], list[FormField]] = {}

    def forget(self) -> None:
        """Ask anew: the connection changed, or the analyst pressed Refresh."""
        self._projects = []
        self._types.clear()
        self._fields.clear()

    async def projects(self) -> list[Project]:
        """Return where issues may be created, the default project first; raises AppError."""
        if not self._projects:
            async with self._reach.jira() as client:
                self._projects = await client.projects()
        default = self._store.settings.default_project.upper()
        return sorted(self._projects, key=lambda project: project.key.upper() != default)

    async def types(self, project: Project) -> list[IssueType]:
        """Return the issue types of a project; raises AppError."""
        if project.id not in self._types:
            async with self._reach.jira() as client:
                self._types[project.id] = await client.issue_types(project.id)
        return self._types[project.id]

    async def fields(self, project: Project, kind: IssueType) -> list[FormField]:
        """Return the fields of a project's issue type; raises AppError."""
        key = (project.id, kind.id)
        if key not in self._fields:
            async with self._reach.jira() as client:
                self._fields[key] = await client.form(*key)
        return self._fields[key]

    async def people(self, project: Project, query: str) -> list[User]:
        """Return who can be assigned; raises AppError."""
        async with self._reach.jira() as client:
            return await client.people(project.key, query)

    async def me(self) -> Me:
        """Return the account itself, for "assign to me"; raises AppError."""
        async with self._reach.jira() as client:
            return await client.me()

    async def labels(self, start: str) -> list[str]:
        """Return labels in use that begin like `start`; raises AppError."""
        async with self._reach.jira() as client:
            return await client.labels(start)
