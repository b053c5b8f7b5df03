"""The system's word on the network is a hint: it makes QJira look, and nothing else."""

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication

from qjira_gui.domain.connection import ConnectionState
from qjira_gui.domain.outbox import Site
from qjira_gui.ui.network import NetworkHint
from tests.ui.bench import Bench
from tests.ui.pages import until

Reach = QNetworkInformation.Reachability


def test_only_a_change_is_worth_a_look(qapp: QApplication) -> None:
    looks: list[int] = []
    parent = QObject()
    hint = NetworkHint(parent, lambda: looks.append(1))
    hint._online = None
    for word, count in (
        (Reach.Unknown, 0),
        (Reach.Online, 0),
        (Reach.Online, 0),
        (Reach.Local, 1),
        (Reach.Disconnected, 1),
        (Reach.Unknown, 1),
        (Reach.Online, 2),
    ):
        hint.heard(word)
        assert len(looks) == count


async def test_a_lost_network_is_seen_before_anything_is_sent(bench: Bench) -> None:
    pill = bench.actions.connections.status
    bench.go_offline()
    assert pill(Site.JIRA).state is ConnectionState.CONNECTED
    hint = NetworkHint(bench.window, bench.actions.outbox.look_at_sites)
    hint.heard(Reach.Online)
    hint.heard(Reach.Disconnected)
    await until(lambda: all(pill(site).state is ConnectionState.OFFLINE for site in Site))
    bench.server.clear_faults()
    hint.heard(Reach.Online)
    # Without a turn of the clock: nobody waits for the next probe.
    await until(lambda: all(pill(site).state is ConnectionState.CONNECTED for site in Site))
