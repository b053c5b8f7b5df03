"""Paints status and severity as chips in a table, straight from the model's words."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from qjira_gui.ui import theme as look
from qjira_gui.ui.anomaly_model import ChipRole


def tone_of(theme: look.Theme, rule: str) -> look.Tone:
    """Return the colours of a rule such as `status:Active`, `severity:54` or `tone:red`."""
    kind, _, value = rule.partition(":")
    if kind == "status":
        return look.status_tone(theme, value)
    if kind == "severity":
        return look.severity_tone(theme, float(value))
    if kind == "category":
        return look.category_tone(theme, value)
    tone: look.Tone = getattr(theme, value, theme.neutral)
    return tone


class ChipDelegate(QStyledItemDelegate):
    """Cells with a `ChipRole` become chips, the others stay text."""

    def __init__(self, theme: look.Theme, parent: QWidget) -> None:
        """Use the colours of `theme`."""
        super().__init__(parent)
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the cell's ground as ever, and the chip upon it."""
        found = index.data(ChipRole)
        super().paint(painter, option, index)
        if found is None:
            return
        words, rule = found
        area: QRect = option.rect
        tone = tone_of(self._theme, rule)
        font = QFont(painter.font())
        font.setPixelSize(look.CAPTION)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        width = min(metrics.horizontalAdvance(words) + 16, area.width() - 8)
        height = metrics.height() + 4
        top = area.y() + (area.height() - height) / 2
        left = look.LARGE if index.column() == 0 else 6
        box = QRectF(area.x() + left, top, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.ground))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(QColor(tone.text))
        short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(width - 10))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short)
        painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave the words of a chip to the chip, and a number its distance from the next column."""
        super().initStyleOption(option, index)
        if index.data(ChipRole) is not None:
            option.text = ""
        if index.column() == 0:
            # As far from the edge as the title of the page.
            option.rect.adjust(look.LARGE - 3, 0, 0, 0)
        if option.displayAlignment & Qt.AlignmentFlag.AlignRight:
            option.rect.adjust(0, 0, -14, 0)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Leave room for the chip."""
        return QSize(super().sizeHint(option, index).width() + 16, look.ROW_HEIGHT)
