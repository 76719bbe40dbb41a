from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry, find
from assistant.models.hub import hub_answers
from assistant.models.pulling import RECORD, installed, pull
from assistant.settings import Settings

COMMIT = "c0ffee" * 6 + "beef"


class Hub:
    """The few pages of the hub's API that its library asks for, over a folder of files."""

    def __init__(self, answer: type[Any], files: dict[str, bytes]) -> None:
        self.answer = answer
        self.files = files
        self.listed = dict(files)
        self.asked: list[str] = []
        self.broken: set[str] = set()
        self.tokens: set[str | None] = set()

    def __call__(self, asked: Any) -> Any:
        self.asked.append(f"{asked.method} {asked.path}")
        self.tokens.add(asked.headers.get("authorization"))
        if asked.path.startswith("/api/models/"):
            return self.answer(body=json.dumps(self.listing()).encode(), headers={"Content-Type": "application/json"})
        name = asked.path.split(f"/resolve/{COMMIT}/")[-1].partition("?")[0]
        if name in self.broken or name not in self.files:
            return self.answer(status=404, headers={"X-Error-Code": "EntryNotFound"})
        return self.file(name, asked.headers.get("range"))

    def listing(self) -> dict[str, Any]:
        siblings = [
            {
                "rfilename": name,
                "size": len(content),
                "lfs": self.lfs(content) if name.endswith("safetensors") else None,
            }
            for name, content in sorted(self.listed.items())
        ]
        return {"id": "org/model", "modelId": "org/model", "sha": COMMIT, "siblings": siblings, "tags": []}

    def lfs(self, content: bytes) -> dict[str, Any]:
        return {
            "oid": hashlib.sha256(content).hexdigest(),
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "pointerSize": 100,
        }

    def file(self, name: str, wanted: str | None) -> Any:
        content = self.files[name]
        headers = {
            "X-Repo-Commit": COMMIT,
            "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
            "Accept-Ranges": "bytes",
        }
        if wanted and (match := re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)):
            start, end = int(match[1]), int(match[2] or len(content) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
            return self.answer(status=206, body=content[start : end + 1], headers=headers)
        return self.answer(body=content, headers=headers)


@pytest.fixture
def entry(granite_folder: Path) -> CatalogEntry:
    size = sum(path.stat().st_size for path in granite_folder.iterdir())
    return replace(find("granite-1b"), name="tiny", repository="org/model", download_bytes=size)


@pytest.fixture
def hub(granite_folder: Path, answer: type[Any]) -> Hub:
    files = {path.name: path.read_bytes() for path in granite_folder.iterdir()}
    extra = {"original/model.safetensors": b"twice", "pytorch_model.bin": b"pickle", "modeling.py": b"raise SystemExit"}
    return Hub(answer, {**files, **extra})


@pytest.fixture
def at_hub(settings: Settings, web: Callable[[Any], str], hub: Hub) -> Settings:
    return settings.model_copy(update={"hub_url": web(hub)})


def test_a_pull_brings_safetensors_and_text_only_and_records_the_commit(
    entry: CatalogEntry, at_hub: Settings, hub: Hub, progress: Any
) -> None:
    folder = pull(entry, at_hub, progress)
    assert folder == installed(entry, at_hub) == at_hub.models_dir / "tiny"
    assert not {"pytorch_model.bin", "modeling.py", "original", ".cache"} & {path.name for path in folder.iterdir()}
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    record = json.loads((folder / RECORD).read_text())
    assert (record["repository"], record["commit"]) == ("org/model", COMMIT)
    assert not any("modeling.py" in line or ".bin" in line or "original" in line for line in hub.asked)
    assert hub.tokens == {None}


def test_a_pull_tells_the_bytes_and_the_licence(entry: CatalogEntry, at_hub: Settings, progress: Any) -> None:
    pull(entry, at_hub, progress)
    done, total = progress.figures["downloading tiny"][-1]
    assert done == total > 10_000
    assert "Granite 3.1 1B-A400M Instruct by IBM, licence Apache-2.0" in progress.lines[0]


def test_a_second_pull_asks_nobody(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    folder = pull(entry, at_hub)
    hub.asked.clear()
    assert pull(entry, at_hub) == folder
    assert not hub.asked


def test_a_pull_that_fails_leaves_nothing_installed_and_the_next_goes_on(
    entry: CatalogEntry, at_hub: Settings, hub: Hub
) -> None:
    hub.broken.add("tokenizer.json")
    with pytest.raises(
        ModelUnavailable, match=r"^org/model at http://127\.0\.0\.1:\d+: .*check the network and hub_url$"
    ):
        pull(entry, at_hub)
    assert installed(entry, at_hub) is None
    hub.broken.clear()
    hub.asked.clear()
    assert pull(entry, at_hub).is_dir()
    assert not any(line.startswith("GET") and "model.safetensors" in line for line in hub.asked)


def test_weights_that_differ_from_the_listing_are_refused(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    weights = hub.files["model.safetensors"]
    hub.files["model.safetensors"] = weights[:-1] + bytes([weights[-1] ^ 1])
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors: the file received is not the one the hub lists"):
        pull(entry, at_hub)
    assert installed(entry, at_hub) is None


def test_a_repository_without_safetensors_is_refused(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    del hub.listed["model.safetensors"]
    with pytest.raises(ModelUnavailable, match="org/model: holds no safetensors files"):
        pull(entry, at_hub)


def test_what_names_code_is_taken_out_of_the_config(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    config = {**json.loads(hub.files["config.json"]), "auto_map": {"AutoModel": "modeling.Evil"}}
    hub.files["config.json"] = hub.listed["config.json"] = json.dumps(config).encode()
    folder = pull(entry, at_hub)
    assert "auto_map" not in json.loads((folder / "config.json").read_text())
    assert json.loads((folder / RECORD).read_text())["dropped_from_config"] == ["auto_map"]


def test_a_hub_that_knows_the_catalogue_answers(at_hub: Settings) -> None:
    assert hub_answers(at_hub)


def test_a_closed_port_and_a_portals_page_are_no_hub(
    settings: Settings, web: Callable[[Any], str], answer: type[Any]
) -> None:
    portal = web(lambda _: answer(body=b"<html>Please log in</html>"))
    assert not hub_answers(settings.model_copy(update={"hub_url": portal}))
    assert not hub_answers(settings.model_copy(update={"hub_url": "http://127.0.0.1:9"}))


def test_a_silent_hub_is_given_up_at_the_deadline(
    settings: Settings, web: Callable[[Any], str], answer: type[Any]
) -> None:
    release = threading.Event()

    def wait(_: object) -> Any:
        release.wait(10)
        return answer()

    silent = settings.model_copy(update={"hub_url": web(wait)})
    began = time.monotonic()
    assert not hub_answers(silent, deadline_s=0.2)
    assert time.monotonic() - began < 2
    release.set()
