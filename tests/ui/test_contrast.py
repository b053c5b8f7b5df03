"""Whoever sees little can read it too: every pair of colours keeps a contrast of 4.5 or more."""

import pytest
from PySide6.QtGui import QColor, QPalette

from qjira_gui.domain.anomaly import AnomalyStatus
from qjira_gui.ui import theme as look
from qjira_gui.ui.chip import tone_of

THEMES = pytest.mark.parametrize("theme", [look.LIGHT, look.DARK], ids=lambda theme: theme.name)
TONES = ("neutral", "orange", "blue", "green", "red", "purple", "amber")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.1."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    seen = QColor(colour)
    red, green, blue = (_linear(part) for part in (seen.redF(), seen.greenF(), seen.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def test_the_measure_itself_knows_black_on_white_and_grey_on_grey() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_text_can_be_read_on_every_ground(theme: look.Theme) -> None:
    grounds = ("window", "surface", "raised", "accent_soft")
    inks = ("text", "muted")
    poor = {
        (ink, ground): contrast(getattr(theme, ink), getattr(theme, ground))
        for ink in inks
        for ground in grounds
        if contrast(getattr(theme, ink), getattr(theme, ground)) < 4.5
    }
    assert poor == {}


@THEMES
def test_words_in_colour_can_be_read_where_they_stand(theme: look.Theme) -> None:
    for ink in ("accent", "danger", "warning", "success"):
        for ground in (theme.surface, theme.window, theme.raised):
            assert contrast(getattr(theme, ink), ground) >= 4.5, (ink, ground)
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.accent, theme.accent_soft) >= 4.5
    # The notice at the foot stands light on dark, or dark on light.
    assert contrast(theme.window, theme.text) >= 4.5


@THEMES
@pytest.mark.parametrize("name", TONES)
def test_the_words_of_a_chip_can_be_read(theme: look.Theme, name: str) -> None:
    tone: look.Tone = getattr(theme, name)
    assert contrast(tone.text, tone.ground) >= 4.5


@THEMES
def test_the_palette_is_as_readable_as_the_sheet(theme: look.Theme) -> None:
    made, role = look.palette(theme), QPalette.ColorRole
    pairs = (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.ToolTipText, role.ToolTipBase),
        (role.PlaceholderText, role.Base),
        (role.Link, role.Base),
    )
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
        for ink, ground in pairs:
            found = contrast(made.color(group, ink).name(), made.color(group, ground).name())
            assert found >= 4.5, (group, ink, ground)


@THEMES
def test_statuses_that_differ_look_different_and_an_unknown_one_has_a_look(
    theme: look.Theme,
) -> None:
    tones = {status.value: look.status_tone(theme, status) for status in AnomalyStatus}
    assert len({tones[s] for s in ("Active", "Acknowledged", "Resolved", "Duplicate")}) == 4
    assert tone_of(theme, "status:Quarantined") == theme.neutral
    assert tone_of(theme, "tone:unheard-of") == theme.neutral
    assert tone_of(theme, "category:unheard-of") == theme.neutral


@THEMES
def test_a_higher_weight_never_looks_milder(theme: look.Theme) -> None:
    order = [theme.neutral, theme.amber, theme.red]
    seen = [order.index(tone_of(theme, f"severity:{weight}")) for weight in range(101)]
    assert seen == sorted(seen)
    assert set(seen) == {0, 1, 2}
