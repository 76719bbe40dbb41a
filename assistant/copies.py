"""A second one of something that is open, which shares all with the first but what it does not keep."""

from __future__ import annotations

import copy
from typing import TypeVar

__all__ = ["sharing"]

Thing = TypeVar("Thing")


def sharing(thing: Thing, **others: object) -> Thing:
    """Copy an object that shares what it holds with the first, but for the attributes that are named."""
    second = copy.copy(thing)
    for name, value in others.items():
        if not hasattr(thing, name):
            message = f"{type(thing).__name__} has no {name}"
            raise AttributeError(message)
        setattr(second, name, value)
    return second
