"""What an answer took: time, tokens, and which model. Part of the nouns of `evidence.py`, which gives them on.

Knows no stage and does no work.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ModelCard", "ModelInsight", "Timings", "TokenCount"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timings:
    """Seconds: durations of stages, moments counted from the question, and processor time; None: did not happen."""

    search_s: float | None = None
    read_s: float | None = None
    rank_s: float | None = None
    first_useful_s: float | None = None
    ttft_s: float | None = None
    first_sentence_s: float | None = None
    total_s: float | None = None
    cpu_s: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenCount:
    """Tokens read and written by the model."""

    prompt: int = 0
    completion: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCard:
    """What wrote the answer; unknown figures are None. `label` says what a reader must know, "dense stand-in" say."""

    name: str
    architecture: str | None = None
    experts: int | None = None
    experts_per_token: int | None = None
    active_parameters: int | None = None
    total_parameters: int | None = None
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelInsight:
    """How the model worked on one answer; unknown figures are None. Rates are tokens per second."""

    prefill_tok_s: float | None = None
    decode_tok_s: float | None = None
    tokens_from_cache: int | None = None
    """Tokens of the prompt that need not be read again, since an earlier prompt began with them."""
    peak_mib: float | None = None
    watt_hours: float | None = None
    """Estimated from processor time; see the documentation for the assumption."""
    expert_loads: tuple[tuple[int, ...], ...] = ()
    """For each layer with experts, how many tokens went to each expert."""
