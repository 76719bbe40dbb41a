"""A switch can be seen while it is off (WCAG 2.2, 1.4.11), which axe-core does not look at."""

from __future__ import annotations

import re

import pytest

from tests.ui.browser.conftest import Page, Visit

pytestmark = pytest.mark.browser

LEAST_CONTRAST = 3.0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_switch_stands_out_from_the_page_whether_on_or_off(visit: Visit, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    switch = page.locator(".st-key-private")
    switch.wait_for()
    off = contrast(page)
    switch.locator("label").click()
    page.locator(".st-key-private input:checked").wait_for(state="attached")
    page.wait_for_timeout(500)  # what changes colour is between two for a while
    assert min(off, contrast(page)) >= LEAST_CONTRAST


def contrast(page: Page) -> float:
    """Compare a switch's track, which its knob is as light as the page on, with the page."""
    look = "part => getComputedStyle(part).backgroundColor"
    track = channels(page.locator(".st-key-private label > span + div").evaluate(look))
    behind = channels(page.locator(".stApp").evaluate(look))
    opacity = track[3] if len(track) > 3 else 1.0
    seen = [opacity * over + (1 - opacity) * under for over, under in zip(track[:3], behind[:3], strict=True)]
    dark, light = sorted((luminance(seen), luminance(behind[:3])))
    return (light + 0.05) / (dark + 0.05)


def channels(colour: str) -> list[float]:
    """Read what a browser calls a colour."""
    return [float(number) for number in re.findall(r"[\d.]+", colour)]


def luminance(colour: list[float]) -> float:
    """Weigh a colour as WCAG 2.2 does."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
