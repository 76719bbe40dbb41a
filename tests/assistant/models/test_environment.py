from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "name", ["LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"]
)
def test_no_setting_of_the_machine_sends_questions_and_pages_to_a_tracing_service(name: str) -> None:
    script = (
        "import sys, assistant.pipeline\nfrom langsmith.utils import tracing_is_enabled\nsys.exit(tracing_is_enabled())"
    )
    done = subprocess.run([sys.executable, "-c", script], env={**os.environ, name: "true"}, check=False)
    assert done.returncode == 0
