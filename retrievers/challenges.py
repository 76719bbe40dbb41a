"""How providers ask whether we are human, or for consent, instead of answering.

Knows marks of such pages and addresses. Leaves what to do about it to `http.py`.
"""

from __future__ import annotations

import httpx

__all__ = ["REDIRECTED_CHALLENGES", "is_challenge"]

CHALLENGES = (
    "challenge-form",
    "/cdn-cgi/challenge-platform/",
    "__cf_chl_",
    "/sorry/",
    "enablejs",
    'class="captcha',
    "smartcaptcha",
    "showcaptcha",
    "datadome",
    "just a moment",
    "verifying your request",
    "whoa there, pardner",
    "bandwidth limit exceeded",
    "before you continue to",
    "//consent.",
)
"""What pages that check for humans or ask for consent contain, in lower case; each was seen in a recorded or documented
page."""
REDIRECTED_CHALLENGES = ("captcha", "consent", "/sorry", "login", "challenge")
"""What stands in the address that a provider redirects to instead of answering."""


def is_challenge(response: httpx.Response) -> bool:
    """Tell whether a page asks us to prove that we are human."""
    if response.headers.get("cf-mitigated") == "challenge":
        return True
    text = response.text.lower()
    return text.lstrip().startswith("<") and any(mark in text for mark in CHALLENGES)
