"""The ways a turn can fail beyond its sources, each named for the remedy.

FootnoteError
 ├─ SettingsInvalid      a setting is wrong: the message names it and how to mend it
 ├─ QuestionInvalid      nothing to ask, or more than can be asked
 ├─ ReadingError
 │   ├─ BlockedAddress   the address guard refuses the URL
 │   ├─ PageTooLarge     the body passes a size limit
 │   ├─ NotText          nothing readable in it
 │   │   └─ BuiltByScripts  scripts would build its text: a browser may render it
 │   ├─ DisallowedByRobots  its site asks programs to stay away: a person may open it
 │   └─ Unreachable      time-out, refused connection, HTTP error
 │       └─ AskedToWait  its host wants to be left alone for a while: ask again after `wait_s`
 ├─ IndexUnavailable     Chroma cannot answer: go on without it
 ├─ ChatStoreUnavailable chats cannot be kept
 ├─ PreferencesUnavailable  a user's choices cannot be kept: free or mend their file
 ├─ BundleInvalid        a saved answer cannot be replayed: save it again
 └─ ModelError
     ├─ ModelUnavailable no such model, not downloaded, does not fit, or its server is silent
     └─ PromptTooLong    the prompt does not fit the model's window
"""

from __future__ import annotations

__all__ = [
    "AskedToWait",
    "BlockedAddress",
    "BuiltByScripts",
    "BundleInvalid",
    "ChatStoreUnavailable",
    "DisallowedByRobots",
    "FootnoteError",
    "IndexUnavailable",
    "ModelError",
    "ModelUnavailable",
    "NotText",
    "PageTooLarge",
    "PreferencesUnavailable",
    "PromptTooLong",
    "QuestionInvalid",
    "ReadingError",
    "SettingsInvalid",
    "Unreachable",
]


class FootnoteError(Exception):
    """Carry one line that names the thing and the remedy."""


class SettingsInvalid(FootnoteError):
    """Say which setting is wrong and what would be right."""


class QuestionInvalid(FootnoteError):
    """Say why a question cannot be asked."""


class ReadingError(FootnoteError):
    """Say why a page was not read."""


class BlockedAddress(ReadingError):
    """Say that the guard refuses an address."""


class PageTooLarge(ReadingError):
    """Say that a body passes a limit."""


class NotText(ReadingError):
    """Say that a body holds nothing to read."""


class BuiltByScripts(NotText):
    """Say that a page's text comes into being only in a browser."""


class DisallowedByRobots(ReadingError):
    """Say that a site's robots.txt asks programs not to read a page."""


class Unreachable(ReadingError):
    """Say that a page could not be had."""


class AskedToWait(Unreachable):
    """Say that a host wants to be asked again later only."""

    def __init__(self, message: str, *, wait_s: float) -> None:
        """Carry the line, and the seconds to wait."""
        super().__init__(message)
        self.wait_s = wait_s


class IndexUnavailable(FootnoteError):
    """Say that stored embeddings cannot be used now."""


class ChatStoreUnavailable(FootnoteError):
    """Say that chats cannot be read or kept."""


class PreferencesUnavailable(FootnoteError):
    """Say that a user's choices cannot be kept."""


class BundleInvalid(FootnoteError):
    """Say what is wrong with the file of a saved answer."""


class ModelError(FootnoteError):
    """Say why the model writes nothing."""


class ModelUnavailable(ModelError):
    """Say that a model cannot be used, and what to do."""


class PromptTooLong(ModelError):
    """Say that a prompt does not fit the model."""
