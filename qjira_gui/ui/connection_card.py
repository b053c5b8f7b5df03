"""One connection: what it takes, a test that tells each step, and where the token is kept."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from qjira_gui.domain.connection import JiraLogin, Outcome, QualyticsLogin, SiteStatus, Step
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.outbox import Site
from qjira_gui.ui import theme as look
from qjira_gui.ui.dialog import choose
from qjira_gui.ui.icons import Icon
from qjira_gui.ui.pieces import button, column, empty, label, row, symbol

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

_SIGNS = {
    Outcome.OK: (Icon.DONE, "success"),
    Outcome.WARNING: (Icon.WARNING, "warning"),
    Outcome.FAILED: (Icon.FAILED, "danger"),
    Outcome.SKIPPED: (Icon.INFO, "muted"),
}


class ConnectionCard(QFrame):
    """Saves only what has passed the test, or what the analyst insists on."""

    saved = Signal()

    def __init__(
        self, theme: look.Theme, site: Site, actions: "Actions", tasks: "TaskScope"
    ) -> None:
        """Show a connection as it is kept; `start` reads it."""
        super().__init__()
        self.setProperty("role", "card")
        self._theme, self.site, self._actions, self._tasks = theme, site, actions, tasks
        self.is_jira = site is Site.JIRA
        self.address = self._line("Address")
        self.email = self._line("E-mail")
        self.token = self._line("API token" if self.is_jira else "Personal API token")
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.project = self._line("Default project key")
        self.state = label("", "muted", wrap=True)
        self.where = label("", "caption", wrap=True)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(look.SMALL)
        self.test = button("Test and save", self._test, role="primary", theme=theme)
        self.keep = button("Save anyway", self._save_anyway)
        self.keep.hide()
        self._forget = button("Disconnect", self._disconnect, role="flat")
        self._lay_out()

    def start(self) -> None:
        """Read what is kept."""
        name = f"read {self.site.value}"
        self._tasks.start(self._read(), name=name, exclusive=True)

    def show_status(self, status: SiteStatus) -> None:
        """Show how the site stands."""
        words = status.state.value.capitalize()
        self.state.setText(f"{words}. {status.sentence}" if status.sentence else words)

    async def _read(self) -> None:
        found = self._actions.connections
        settings = self._actions.settings.current
        if self.is_jira:
            login: JiraLogin | QualyticsLogin = await found.jira_login()
            assert isinstance(login, JiraLogin)
            self.email.setText(login.email)
            self.project.setText(settings.default_project)
            variables = [("JIRA_URL", self.address), ("JIRA_EMAIL", self.email)]
            secret = "JIRA_TOKEN"
        else:
            login = await found.qualytics_login()
            variables = [("QUALYTICS_URL", self.address)]
            secret = "QUALYTICS_TOKEN"
        self.address.setText(login.url)
        self.token.setPlaceholderText("Kept; type to replace it" if login.token else "")
        for variable, line in (*variables, (secret, self.token)):
            if found.from_environment(variable):
                line.setEnabled(False)
                line.setToolTip(f"The environment variable {variable} sets this.")
                line.setPlaceholderText(f"Set by {variable}")
        place = await found.where_secrets_go()
        kept = "until QJira closes" if place == "this run only" else f"in {place}"
        given = [
            name for name, _ in (*variables, (secret, self.token)) if found.from_environment(name)
        ]
        self.where.setText(
            f"Set by the environment: {', '.join(given)}. To change it, change the variable and "
            "restart QJira."
            if given
            else f"The token is kept {kept}."
        )
        self._forget.setVisible(bool(login.url) and not given)

    def _test(self) -> None:
        self.test.setEnabled(False)
        self.keep.hide()
        empty(self._steps)
        name = f"test {self.site.value}"
        self._tasks.start(self._run_test(), name=name, exclusive=True)

    async def _run_test(self) -> None:
        try:
            if await self._passes():
                await self._save(self._tested, tested=True)
            else:
                # What the environment sets is not kept here.
                kept_here = self.address.isEnabled() and bool(self.address.text().strip())
                self.keep.setVisible(kept_here)
        finally:
            self.test.setEnabled(True)
            self.test.setFocus()

    async def _passes(self) -> bool:
        found = self._actions.connections
        if not self.is_jira:
            self._tested: JiraLogin | QualyticsLogin = self._qualytics()
            return await found.test_qualytics(self._qualytics(), self._show_step)
        tested = await found.test_jira(self._jira(), self.project.text(), self._show_step)
        self._tested = tested or self._jira()
        return tested is not None

    def _save_anyway(self) -> None:
        login = self._jira() if self.is_jira else self._qualytics()
        self._tasks.start(self._save(login), name=f"save {self.site.value}", exclusive=True)

    async def _save(self, login: JiraLogin | QualyticsLogin, *, tested: bool = False) -> None:
        found = self._actions.connections
        try:
            if not await self._may_leave(login.url):
                return
            if isinstance(login, JiraLogin):
                kept = await found.save_jira(login, self.project.text(), tested=tested)
            else:
                kept = await found.save_qualytics(login, tested=tested)
        except AppError as error:
            self._show_step(Step("Save", Outcome.FAILED, error.sentence))
            return
        self.keep.hide()
        words = kept.sentence if kept is not None and kept.sentence else "Saved."
        kept_well = kept is None or kept.where != "memory"
        self._show_step(Step("Save", Outcome.OK if kept_well else Outcome.WARNING, words))
        self.token.clear()
        await self._read()
        self.saved.emit()

    async def _may_leave(self, url: str) -> bool:
        """Ask what a changed address means, where something belongs to the one in use."""
        found, name = self._actions.connections, "Jira" if self.is_jira else "Qualytics"
        count = found.left_behind(self.site, url)
        if not count:
            return True
        what = (
            "1 link or unsent act belongs"
            if count == 1
            else f"{count:,} links and unsent acts belong"
        )
        said = await choose(
            self,
            f"Is this the same {name}?",
            f"{what} to the address in use. In another {name}, the same numbers mean other things: "
            "they wait then, and nothing of them goes there. If only the address has changed, they "
            "move along.",
            (f"The same {name}, new address", f"Another {name}", "Cancel"),
        )
        if said == 0:
            found.moved(self.site, url)
        return said != 2

    def _disconnect(self) -> None:
        self._tasks.start(
            self._run_disconnect(), name=f"disconnect {self.site.value}", exclusive=True
        )

    async def _run_disconnect(self) -> None:
        await self._actions.connections.forget(self.site)
        self.token.clear()
        empty(self._steps)
        await self._read()
        self.saved.emit()

    def _qualytics(self) -> QualyticsLogin:
        return QualyticsLogin(url=self.address.text(), token=self.token.text().strip())

    def _jira(self) -> JiraLogin:
        return JiraLogin(
            url=self.address.text(), email=self.email.text(), token=self.token.text().strip()
        )

    def _show_step(self, step: Step) -> None:
        which, colour = _SIGNS[step.outcome]
        words = column(label(f"{step.name}: {step.found}", wrap=True, select=True), gap=0)
        if step.remedy:
            words.addWidget(label(step.remedy, "caption", wrap=True))
        line = row(symbol(which, getattr(self._theme, colour)), words)
        line.setStretch(1, 1)
        self._steps.addLayout(line)

    def _line(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(f"{'Jira' if self.is_jira else 'Qualytics'} {name}")
        made.returnPressed.connect(self._test)
        return made

    def _lay_out(self) -> None:
        title = "Jira" if self.is_jira else "Qualytics"
        lines = column(row(label(title, "heading"), None, self._forget), gap=look.MEDIUM,
                       margin=look.LARGE)  # fmt: skip
        lines.addWidget(self.state)
        fields = [("Address", self.address, "https://acme.qualytics.io")]
        if self.is_jira:
            fields = [
                ("Address", self.address, "https://acme.atlassian.net"),
                ("E-mail of your Atlassian account", self.email, "you@acme.com"),
            ]
        fields.append(("API token", self.token, ""))
        if self.is_jira:
            fields.append(("Default project (key, may stay empty)", self.project, "DATA"))
        for name, line, hint in fields:
            caption = label(name, "caption")
            caption.setBuddy(line)
            if hint:
                line.setPlaceholderText(hint)
            lines.addLayout(column(caption, line, gap=2))
        how = (
            "Make a token at id.atlassian.com: Security, Create and manage API tokens."
            if self.is_jira
            else "Make a token in Qualytics: Settings, Tokens, Generate Token."
        )
        lines.addWidget(label(how, "caption", wrap=True))
        lines.addWidget(self.where)
        lines.addLayout(row(self.test, self.keep, None))
        lines.addLayout(self._steps)
        lines.addStretch(1)
        self.setLayout(lines)
