from __future__ import annotations

import pytest

from assistant.ages import ago


@pytest.mark.parametrize(
    ("age_s", "said"),
    [
        (-1, "just now"),
        (0, "just now"),
        (1.9, "just now"),
        (2, "2 seconds ago"),
        (60, "1 minute ago"),
        (299, "4 minutes ago"),
        (7_300, "2 hours ago"),
        (86_400, "1 day ago"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(age_s: float, said: str) -> None:
    assert ago(age_s) == said
