"""Language and embedding models: the catalogue, getting them, opening them.

Knows what must be set before a model library is loaded. Leaves prompts and their words to `writing`.
"""

from __future__ import annotations

import os

__all__: list[str] = []

# Libraries read these once, when they are first imported, so they are set before anything here can import one.
# OMP_WAIT_POLICY: two OpenMP jobs that spin at their barriers on two cores slow each other twentyfold (measured).
# HF_HUB_DISABLE_XET: its own network stack would know neither our authorities nor our proxy.
# HF_HUB_DISABLE_PROGRESS_BARS: the command line draws its own.
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_XET": "1",
}
for name, value in ENVIRONMENT.items():
    os.environ.setdefault(name, value)

# LangChain sends every prompt to a tracing service where one of these says so; questions and pages stay on the machine.
for name in ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING"):
    os.environ[name] = "false"
