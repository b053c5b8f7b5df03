"""The look in one place: colours for light and dark, type scale, spacing, and the style sheet."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

#: The same place in the source tree, in an installation and in the frozen folder.
RESOURCES = Path(__file__).resolve().parents[2] / "resources"
#: Distances in pixels: inside a group, between its parts, between groups, round a page.
TIGHT, SMALL, MEDIUM, LARGE = 4, 8, 12, 20
#: Heights of text in pixels.
CAPTION, BODY, HEADING, TITLE = 12, 13, 15, 20
ROW_HEIGHT = 30
RADIUS = 6


class Tone(NamedTuple):
    """Text and ground of a chip; the pair keeps a contrast of 4.5 or more."""

    text: str
    ground: str


class Theme(NamedTuple):
    """Every colour that the window uses."""

    name: str
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    danger: str
    warning: str
    success: str
    neutral: Tone
    orange: Tone
    blue: Tone
    green: Tone
    red: Tone
    purple: Tone
    amber: Tone


LIGHT = Theme(
    name="light",
    window="#F4F5F7",
    surface="#FFFFFF",
    raised="#FAFBFC",
    border="#D9DCE3",
    text="#1C2230",
    muted="#5B6477",
    accent="#3457D5",
    on_accent="#FFFFFF",
    accent_soft="#E7ECFD",
    danger="#B3261E",
    warning="#8A5300",
    success="#1B6E3C",
    neutral=Tone("#4A5366", "#E9EBF0"),
    orange=Tone("#9A3B00", "#FFE9DA"),
    blue=Tone("#1F49A8", "#E2EBFF"),
    green=Tone("#17603A", "#DDF3E5"),
    red=Tone("#9B1C16", "#FDE4E2"),
    purple=Tone("#5B2E9B", "#EEE5FB"),
    amber=Tone("#7A4B00", "#FFF0CC"),
)
DARK = Theme(
    name="dark",
    window="#15181F",
    surface="#1C2029",
    raised="#232833",
    border="#363D4B",
    text="#E7EAF0",
    muted="#A0A9BB",
    accent="#8AA4FF",
    on_accent="#0F1430",
    accent_soft="#27315A",
    danger="#FF8A80",
    warning="#F2B95A",
    success="#6FD39A",
    neutral=Tone("#C3CAD8", "#333A48"),
    orange=Tone("#FFB488", "#4A2A17"),
    blue=Tone("#A9C2FF", "#22325F"),
    green=Tone("#8FE0B0", "#17402A"),
    red=Tone("#FFA8A1", "#4F1F1C"),
    purple=Tone("#CDB3FF", "#3A2A5C"),
    amber=Tone("#F5CC7F", "#463511"),
)

_STATUS_TONES = {
    "Active": "orange",
    "Acknowledged": "blue",
    "Resolved": "green",
    "Duplicate": "purple",
    "Invalid": "neutral",
    "Discarded": "neutral",
}
_CATEGORY_TONES = {"new": "neutral", "indeterminate": "blue", "done": "green"}


def status_tone(theme: Theme, status: str) -> Tone:
    """Return the chip colours of an anomaly's status; an unknown one is neutral."""
    tone: Tone = getattr(theme, _STATUS_TONES.get(status, "neutral"))
    return tone


def category_tone(theme: Theme, category: str) -> Tone:
    """Return the chip colours of a Jira status by its category."""
    tone: Tone = getattr(theme, _CATEGORY_TONES.get(category, "neutral"))
    return tone


def severity_tone(theme: Theme, weight: float) -> Tone:
    """Return the chip colours of a weight: the higher, the warmer."""
    if weight >= 50:
        return theme.red
    return theme.amber if weight >= 20 else theme.neutral


def theme_for(choice: str) -> Theme:
    """Return the theme of a setting: "light", "dark", or what the system shows."""
    if choice == "system":
        hints = QApplication.styleHints()
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def apply(application: QApplication, theme: Theme) -> None:
    """Dress the whole application."""
    apply_ground(application, theme)
    application.setStyleSheet(style_sheet(theme))


def apply_ground(application: QApplication, theme: Theme) -> None:
    """Set style, font and palette: before any widget is made, since each keeps its first font."""
    if application.style().name() != "fusion":
        application.setStyle("Fusion")
    font = application.font()
    font.setPixelSize(BODY)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    application.setFont(font)
    application.setPalette(palette(theme))


def palette(theme: Theme) -> QPalette:
    """Return the palette: what no style sheet rule names still fits."""
    roles = QPalette.ColorRole
    made = QPalette()
    for role, colour in (
        (roles.Window, theme.window),
        (roles.WindowText, theme.text),
        (roles.Base, theme.surface),
        (roles.AlternateBase, theme.raised),
        (roles.Text, theme.text),
        (roles.Button, theme.raised),
        (roles.ButtonText, theme.text),
        (roles.BrightText, theme.danger),
        (roles.Link, theme.accent),
        (roles.Highlight, theme.accent_soft),
        (roles.HighlightedText, theme.text),
        (roles.ToolTipBase, theme.raised),
        (roles.ToolTipText, theme.text),
        (roles.PlaceholderText, theme.muted),
        (roles.Mid, theme.border),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return made


def style_sheet(theme: Theme) -> str:
    """Return the rules for what Fusion does not draw as wanted."""
    t = theme
    chevron = (RESOURCES / f"chevron-{t.name}.svg").as_posix()
    check = (RESOURCES / f"check-{t.name}.svg").as_posix()
    field = "QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit"
    return f"""
QToolTip {{ color: {t.text}; background: {t.raised}; border: 1px solid {t.border}; padding: 4px; }}
QLabel[role="title"] {{ font-size: {TITLE}px; font-weight: 600; }}
QLabel[role="heading"], QLabel#qt_msgbox_label {{ font-size: {HEADING}px; font-weight: 600; }}
QLabel[role="section"] {{ font-size: {CAPTION}px; font-weight: 600; color: {t.muted}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="caption"] {{ font-size: {CAPTION}px; color: {t.muted}; }}
QLabel[role="error"] {{ color: {t.danger}; }}
QFrame[role="card"] {{ background: {t.surface}; border: 1px solid {t.border};
  border-radius: {RADIUS}px; }}
QFrame[role="side"] {{ background: {t.surface}; border: none; border-left: 1px solid {t.border}; }}
QFrame[role="rail"] {{ background: {t.raised}; border: none; border-right: 1px solid {t.border}; }}
QFrame[role="bar"] {{ background: {t.surface}; border: none;
  border-bottom: 1px solid {t.border}; }}
QFrame[role="foot"] {{ background: {t.raised}; border: none;
  border-top: 1px solid {t.border}; }}
QFrame[role="banner"] {{ background: {t.amber.ground}; border: none; }}
QFrame[role="banner"] QLabel {{ color: {t.amber.text}; }}
QFrame[role="calm"] {{ background: {t.accent_soft}; border: none; }}
QFrame[role="toast"] {{ background: {t.text}; border-radius: {RADIUS}px; }}
QFrame[role="toast"] QLabel {{ color: {t.window}; }}
QFrame[role="toast"] QPushButton {{ background: transparent; border: none;
  color: {t.window}; font-weight: 600; text-decoration: underline; }}
{field} {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border};
  border-radius: {RADIUS}px; padding: 4px 8px; selection-background-color: {t.accent};
  selection-color: {t.on_accent}; }}
QLineEdit, QComboBox, QDateEdit {{ min-height: 20px; }}
QLineEdit {{ padding-left: 6px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 5px; min-height: 28px;
  min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus
  {{ border: 1px solid {t.accent}; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"]
  {{ border: 1px solid {t.danger}; }}
QLineEdit:disabled, QComboBox:disabled {{ background: {t.raised}; color: {t.muted}; }}
QCheckBox::indicator, QListView::indicator, QRadioButton::indicator {{ width: 14px;
  height: 14px; border: 1px solid {t.muted}; border-radius: 3px; background: {t.surface}; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {t.accent};
  border-color: {t.accent}; image: url("{check}"); }}
QRadioButton::indicator:checked {{ background: {t.accent}; border: 4px solid {t.accent_soft};
  width: 8px; height: 8px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {t.accent}; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url("{chevron}"); width: 12px;
  height: 12px; }}
QComboBox QAbstractItemView {{ background: {t.surface}; color: {t.text};
  border: 1px solid {t.border}; selection-background-color: {t.accent_soft};
  selection-color: {t.text}; }}
QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border};
  border-radius: {RADIUS}px; padding: 5px 12px; min-height: 18px; }}
QPushButton:hover {{ background: {t.raised}; border-color: {t.muted}; }}
QPushButton:focus {{ border-color: {t.accent}; }}
QPushButton:pressed {{ background: {t.accent_soft}; }}
QPushButton:disabled {{ color: {t.muted}; background: {t.raised}; border-color: {t.border}; }}
QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent};
  border-color: {t.accent}; font-weight: 600; }}
QPushButton[role="primary"]:disabled {{ background: {t.accent_soft}; color: {t.muted};
  border-color: {t.border}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {t.text}; padding: 4px 11px; }}
QPushButton[role="link"] {{ background: transparent; border: none; padding: 2px 0px;
  color: {t.accent}; text-align: left; }}
QPushButton[role="link"]:hover {{ text-decoration: underline; }}
QPushButton[role="flat"] {{ background: transparent; border: 1px solid transparent;
  color: {t.accent}; }}
QPushButton[role="flat"]:disabled {{ color: {t.muted}; }}
QPushButton[role="flat"]:hover {{ background: {t.accent_soft}; }}
QPushButton[role="flat"]:focus {{ border-color: {t.accent}; }}
QPushButton[role="flat"]:checked {{ background: {t.accent_soft}; color: {t.accent}; }}
QPushButton[role="pill"] {{ background: transparent; border: 1px solid transparent; }}
QPushButton[role="pill"]:hover {{ background: {t.accent_soft}; }}
QPushButton[role="pill"]:focus {{ border-color: {t.accent}; }}
QPushButton[role="rail"] {{ background: transparent; border: none; text-align: left;
  padding: 8px 12px; color: {t.text}; border-left: 3px solid transparent; border-radius: 0; }}
QPushButton[role="rail"]:hover {{ background: {t.accent_soft}; }}
QPushButton[role="rail"]:focus {{ background: {t.accent_soft}; }}
QPushButton[role="rail"]:checked {{ background: {t.accent_soft}; font-weight: 600;
  border-left: 3px solid {t.accent}; }}
QPushButton::menu-indicator {{ width: 0; }}
QTableView {{ background: {t.surface}; alternate-background-color: {t.raised}; border: none;
  gridline-color: {t.border}; selection-background-color: {t.accent_soft};
  selection-color: {t.text}; outline: 0; }}
QHeaderView {{ background: {t.raised}; border: none; }}
QHeaderView::section {{ background: {t.raised}; color: {t.muted}; border: none;
  border-bottom: 1px solid {t.border}; padding: 6px 3px; font-size: {CAPTION}px;
  font-weight: 600; }}
QHeaderView::section:first {{ padding-left: {LARGE}px; }}
QListWidget {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: {RADIUS}px;
  outline: 0; }}
QListWidget::item {{ padding: 6px 8px; border-bottom: 1px solid {t.raised}; }}
QListWidget::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QScrollArea, QScrollArea > QWidget, QScrollArea > QWidget > QWidget[role="body"]
  {{ background: transparent; border: none; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {t.border}; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; padding: 6px 14px; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QSplitter::handle {{ background: {t.border}; }}
QProgressBar {{ background: {t.border}; border: none; max-height: 3px; }}
QProgressBar::chunk {{ background: {t.accent}; }}
QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border}; padding: 4px; }}
QMenu::item {{ padding: 5px 20px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.accent_soft}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QTextBrowser[role="page"] {{ border: none; border-radius: 0; padding: 0; }}
"""
