"""The tests that every source inherits: a test class needs the retriever and two recorded answers, nothing else.

`RetrieverContract` is for a source behind HTTP, `SourceContract` for any other. Talks to no network.
"""

import pytest

pytest.register_assert_rewrite("retrievers.testing.http", "retrievers.testing.source")

from retrievers.testing.http import RetrieverContract  # noqa: E402 - what is imported before is not rewritten
from retrievers.testing.recordings import Recording  # noqa: E402
from retrievers.testing.source import SourceContract  # noqa: E402

__all__ = ["Recording", "RetrieverContract", "SourceContract"]
