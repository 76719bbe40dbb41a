"""Sources tried by hand, each on a thread of its own, so that no page waits for a provider.

Knows threads, and that a source is asked once at a time and not again at once, however many click. Leaves asking to
whoever it is given, and drawing to the Sources page.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from assistant.trials import TRIAL_S, Trial

__all__ = ["Attempt", "Trials"]

log = logging.getLogger(__name__)

PAUSE_S = 10.0
"""How long an outcome stands before the source is asked anew: of ours, arXiv wants the longest pause, three seconds."""
PATIENCE_S = TRIAL_S + 3.0
"""When a thread is given up whose source ignores its own deadline, as one that blocks does."""


class Attempt:
    """One trial, at work or over; seen from any thread."""

    def __init__(self, name: str, clock: Callable[[], float]) -> None:
        """Begin to count."""
        self.name = name
        self._clock = clock
        self._began_s = clock()
        self._over_s = 0.0
        self._trial: Trial | None = None
        self._over = threading.Event()

    @property
    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._began_s

    @property
    def is_fresh(self) -> bool:
        """Whether it is at work, or was over a moment ago."""
        if self._over.is_set():
            return self._clock() - self._over_s < PAUSE_S
        return self.elapsed_s < PATIENCE_S

    def end(self, trial: Trial) -> None:
        """Tell what came of it."""
        self._trial, self._over_s = trial, self._clock()
        self._over.set()

    def wait(self, wait_s: float) -> Trial | None:
        """Return what came of it, None where it is still at work after a moment."""
        self._over.wait(wait_s)
        if self._trial is None and self.elapsed_s >= PATIENCE_S:
            error = f"{self.name}: no answer within {PATIENCE_S:g} s"
            return Trial(name=self.name, query="", elapsed_s=self.elapsed_s, error=error, reason="timeout")
        return self._trial


class Trials:
    """Try any source of this server."""

    def __init__(self, ask: Callable[[str], Trial], *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take what asks one source by its name, and takes its time; `clock` counts seconds."""
        self._ask = ask
        self._clock = clock
        self._attempts: dict[str, Attempt] = {}
        self._starting = threading.Lock()

    def start(self, name: str) -> Attempt:
        """Ask a source, or join whoever is asking it or has just done so."""
        with self._starting:
            known = self._attempts.get(name)
            if known and known.is_fresh:
                return known
            attempt = self._attempts[name] = Attempt(name, self._clock)
        threading.Thread(target=self._run, args=(attempt,), name=f"trial-{name}", daemon=True).start()
        return attempt

    def _run(self, attempt: Attempt) -> None:
        """Ask, and end the attempt whatever happens."""
        try:
            trial = self._ask(attempt.name)
        except Exception as error:  # a fault of ours must end the attempt, not hang it
            log.exception("a trial failed")
            fault = f"{attempt.name}: an unexpected fault: {error!r}; please report it"
            trial = Trial(name=attempt.name, query="", elapsed_s=attempt.elapsed_s, error=fault, reason="unknown")
        attempt.end(trial)
