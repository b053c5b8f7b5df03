"""Links an anomaly to issues that exist: suggestions, a key, a pasted address, or words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QWidget

from qjira_gui.domain.anomaly import Anomaly
from qjira_gui.domain.errors import AppError
from qjira_gui.domain.issue import Issue
from qjira_gui.ui import theme as look
from qjira_gui.ui.pieces import button, column, label, row

if TYPE_CHECKING:
    from qjira_gui.actions import Actions
    from qjira_gui.ui.tasks import TaskScope

#: Milliseconds without a key before Jira is asked.
TYPING = 300
IssueRole = Qt.ItemDataRole.UserRole


class LinkDialog(QDialog):
    """Opened and awaited; `chosen` holds the issues that were ticked."""

    def __init__(
        self,
        parent: QWidget,
        theme: look.Theme,
        actions: "Actions",
        tasks: "TaskScope",
        anomaly: Anomaly,
        others: Sequence[Anomaly],
    ) -> None:
        """`others` are the loaded anomalies, among which like ones may have tickets."""
        super().__init__(parent)
        self._actions, self._tasks, self._anomaly = actions, tasks, anomaly
        self._chosen: dict[str, Issue] = {}
        self._held = {link.issue.id for link in actions.anomalies.links(anomaly.id) if link.issue}
        self._suggested = actions.tickets.suggestions(anomaly, list(others))
        self.setWindowTitle(f"Link anomaly {anomaly.id} to Jira issues")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Key, address of an issue, or words of its summary")
        self.search.setAccessibleName("Search Jira issues")
        self.search.setClearButtonEnabled(True)
        self.note = label("", "muted", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName("Jira issues")
        self.list.setUniformItemSizes(True)
        self.list.itemChanged.connect(self._ticked)
        self.list.itemActivated.connect(self._take)
        self.agree = button("Link", self.accept, role="primary", theme=theme)
        self.agree.setEnabled(False)
        self.agree.setDefault(True)
        leave = button("Cancel", self.reject, theme=theme)
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._typing.timeout.connect(self._search)
        self.search.textChanged.connect(lambda: self._typing.start())
        promise = label("Linking does not change the Jira issue.", "muted")
        self.setLayout(
            column(
                label("Link to issues that exist", "heading"),
                self.search,
                self.note,
                self.list,
                row(promise, None, leave, self.agree),
                gap=look.MEDIUM,
                margin=look.LARGE,
            )
        )
        self.resize(620, 460)
        self._suggest()
        self.search.setFocus()

    @property
    def chosen(self) -> list[Issue]:
        """The issues that were ticked, in the order of ticking."""
        return list(self._chosen.values())

    def done(self, code: int) -> None:
        """Close; a search that is still under way no longer matters."""
        self._typing.stop()
        self._tasks.end("link search")
        super().done(code)

    def _suggest(self) -> None:
        self._show(
            [(issue, f"linked to an anomaly with the {why}") for issue, why in self._suggested]
        )
        self.note.setText(
            "Suggested:" if self._suggested else "Type a key such as DATA-12, or some words."
        )
        self._tasks.start(self._look_for_existing(), name="link search", exclusive=True)

    async def _look_for_existing(self) -> None:
        try:
            found = await self._actions.tickets.existing(self._anomaly)
        except AppError:
            # Suggestions are a help, not the job: the search says what is wrong.
            return
        if found:
            known = {issue.id for issue, _ in self._suggested}
            extra = [
                (issue, "carries this anomaly's label") for issue in found if issue.id not in known
            ]
            self._show(
                extra + [(i, f"linked to an anomaly with the {w}") for i, w in self._suggested]
            )
            self.note.setText("Suggested:")

    def _search(self) -> None:
        text = self.search.text().strip()
        if not text:
            self._suggest()
            return
        self.note.setText("Searching…")
        self._tasks.start(self._find(text), name="link search", exclusive=True)

    async def _find(self, text: str) -> None:
        try:
            found = await self._actions.tickets.search(text)
        except AppError as error:
            key = self._actions.tickets.key_in(text)
            # Without a number yet: whoever links it looks for it as soon as Jira can be asked.
            by_key = Issue(id="", key=key)
            self._show([(by_key, "looked up when Jira can be reached")] if key else [])
            if key:
                # There is nothing else to choose: Enter links it.
                self.list.item(self.list.count() - 1).setCheckState(Qt.CheckState.Checked)
            more = "" if key else " An issue can still be linked by its key: type one like DATA-12."
            self.note.setText(f"{error.while_reading}{more}")
            return
        self._show([(issue, "") for issue in found])
        count = f"{len(found)} found" if found else f"Jira found no issue for “{text}”."
        self.note.setText(count)

    def _show(self, found: list[tuple[Issue, str]]) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for issue in self._chosen.values():
            if issue.key not in {one.key for one, _ in found}:
                self._add(issue, "chosen")
        for issue, why in found:
            self._add(issue, why)
        self.list.blockSignals(False)

    def _add(self, issue: Issue, why: str) -> None:
        held = issue.id in self._held
        parts = [issue.key, issue.summary]
        if issue.status:
            parts.append(f"[{issue.status}]")
        if held or why:
            parts.append(f"· {'linked already' if held else why}")
        item = QListWidgetItem("  ".join(parts))
        item.setData(IssueRole, issue)
        item.setToolTip(issue.summary)
        if held:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        else:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = issue.key in self._chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def _take(self, item: QListWidgetItem) -> None:
        # Enter also presses Link: it must not change what has been ticked.
        if not self._chosen and item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            item.setCheckState(Qt.CheckState.Checked)

    def _ticked(self, item: QListWidgetItem) -> None:
        issue: Issue = item.data(IssueRole)
        if item.checkState() == Qt.CheckState.Checked:
            self._chosen[issue.key] = issue
        else:
            self._chosen.pop(issue.key, None)
        count = len(self._chosen)
        self.agree.setEnabled(bool(count))
        self.agree.setText(f"Link {count} issues" if count > 1 else "Link")
