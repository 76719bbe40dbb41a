"""One door to the transformers library: it fills itself lazily, and two threads that enter at once find it half filled.

Knows that trap only. Embedding model and language model are loaded by different threads; both come through here.
"""

from __future__ import annotations

import threading
from types import ModuleType

__all__ = ["import_transformers"]

door = threading.Lock()


def import_transformers() -> ModuleType:
    """Return the library with the classes that we use filled in; callers in other threads wait until it is."""
    with door:
        import transformers  # noqa: PLC0415 - loaded only when needed

        for name in ("AutoConfig", "AutoModel", "AutoModelForCausalLM", "AutoTokenizer"):
            getattr(transformers, name)
        transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the library's
    return transformers
