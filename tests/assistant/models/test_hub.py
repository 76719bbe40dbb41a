from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import snapshot_download
from pydantic import SecretStr

from assistant.errors import ModelUnavailable
from assistant.models.catalog import CatalogEntry, find, hub_entry
from assistant.models.hub import hub_answers
from assistant.models.pulling import RECORD, installed, pull
from assistant.settings import Settings

COMMIT = "c0ffee" * 6 + "beef"
Hub = Any
"""The loopback hub of conftest.py."""


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
    entry: CatalogEntry, at_hub: Settings, hub: Hub, progress: Any
) -> None:
    hub.broken.add("model.safetensors")
    with pytest.raises(
        ModelUnavailable, match=r"^org/model at http://127\.0\.0\.1:\d+: .*check the network and hub_url$"
    ):
        pull(entry, at_hub)
    assert installed(entry, at_hub) is None
    hub.broken.clear()
    hub.ranges.clear()
    assert pull(entry, at_hub, progress).is_dir()
    assert [name for name, _ in hub.ranges] == ["model.safetensors"]


def test_a_connection_that_breaks_is_resumed_where_it_broke(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    hub.cut["model.safetensors"] = 10_000
    folder = pull(entry, at_hub)
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    asked = [wanted for name, wanted in hub.ranges if name == "model.safetensors"]
    assert asked == [None, "bytes=10000-"]


def test_what_an_interrupted_pull_left_is_kept_by_the_next(
    entry: CatalogEntry, at_hub: Settings, hub: Hub, progress: Any
) -> None:
    weights = hub.files["model.safetensors"]
    digest = hashlib.sha256(weights).hexdigest()
    blobs = at_hub.shared_cache / "models--org--model" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{digest}.incomplete").write_bytes(weights[:20_000])
    pull(entry, at_hub, progress)
    assert ("model.safetensors", "bytes=20000-") in hub.ranges
    assert (blobs / digest).read_bytes() == weights
    done = [figure for figure, _ in progress.figures["downloading tiny"]]
    assert done == sorted(done)


def test_a_beginning_that_is_not_the_files_is_thrown_away(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    digest = hashlib.sha256(hub.files["model.safetensors"]).hexdigest()
    partial = at_hub.shared_cache / "models--org--model" / "blobs" / f"{digest}.incomplete"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"rubbish")
    with pytest.raises(ModelUnavailable, match="not the one the hub lists; run `footnote models pull` again"):
        pull(entry, at_hub)
    assert pull(entry, at_hub).is_dir()


def test_a_hub_that_sends_without_end_fills_no_disk(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    hub.files["model.safetensors"] += bytes(3_000_000)
    with pytest.raises(ModelUnavailable, match="not the one the hub lists"):
        pull(entry, at_hub)
    listed = len(hub.listed["model.safetensors"])
    assert all(path.stat().st_size <= listed for path in at_hub.shared_cache.rglob("*") if path.is_file())


def test_several_files_are_fetched_at_once(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    both = threading.Barrier(2, timeout=10)
    weights = hub.files["model.safetensors"]
    shards = {f"model-0000{number}-of-00002.safetensors": weights + bytes([number]) for number in (1, 2)}
    index = json.dumps({"weight_map": dict(zip("ab", shards, strict=True))}).encode()
    del hub.files["model.safetensors"]
    hub.files |= {**shards, "model.safetensors.index.json": index, "stray.safetensors": b"twice"}
    hub.listed = dict(hub.files)
    hub.before_file = lambda name: both.wait() if name in shards else None
    folder = pull(entry, at_hub)
    assert {path.name for path in folder.glob("*.safetensors")} == set(shards)


def test_what_another_program_fetched_is_not_fetched_again(
    entry: CatalogEntry, at_hub: Settings, hub: Hub, progress: Any
) -> None:
    snapshot_download(
        "org/model",
        cache_dir=at_hub.shared_cache,
        endpoint=at_hub.hub_url,
        token=False,
        allow_patterns=["config.json", "model.safetensors"],
    )
    hub.ranges.clear()
    pull(entry, at_hub, progress)
    assert not {"config.json", "model.safetensors"} & {name for name, _ in hub.ranges}
    assert any("files are missing, the others are in" in line for line in progress.lines)


def test_what_is_pulled_here_is_found_by_the_hubs_own_library(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    pull(entry, at_hub)
    found = Path(snapshot_download("org/model", cache_dir=at_hub.shared_cache, local_files_only=True))
    assert (found / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert found.name == COMMIT


def test_a_file_that_went_bad_in_the_cache_is_refused_and_fetched_anew(
    entry: CatalogEntry, at_hub: Settings, hub: Hub
) -> None:
    weights = hub.files["model.safetensors"]
    blob = at_hub.shared_cache / "models--org--model" / "blobs" / hashlib.sha256(weights).hexdigest()
    blob.parent.mkdir(parents=True)
    blob.write_bytes(bytes(len(weights)))
    with pytest.raises(ModelUnavailable, match=r"is not the one the hub lists; it is removed: run the same again"):
        pull(entry, at_hub)
    assert (pull(entry, at_hub) / "model.safetensors").read_bytes() == weights


def test_a_model_whose_weights_left_the_shared_cache_no_longer_counts(entry: CatalogEntry, at_hub: Settings) -> None:
    folder = pull(entry, at_hub)
    (folder / "model.safetensors").resolve().unlink()
    assert installed(entry, at_hub) is None
    assert pull(entry, at_hub) == installed(entry, at_hub)


def offline(settings: Settings) -> Settings:
    return settings.model_copy(update={"offline": True, "hub_url": "http://127.0.0.1:9"})


def test_offline_a_model_is_made_of_what_the_cache_holds(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    snapshot_download("org/model", cache_dir=at_hub.shared_cache, endpoint=at_hub.hub_url, token=False)
    folder = pull(entry, offline(at_hub))
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert not (folder / "pytorch_model.bin").exists()


def test_offline_what_is_missing_is_named(entry: CatalogEntry, at_hub: Settings) -> None:
    with pytest.raises(ModelUnavailable, match=r"^org/model: offline, and .*/hub holds none of it; unset `offline`"):
        pull(entry, offline(at_hub))
    snapshot_download(
        "org/model", cache_dir=at_hub.shared_cache, endpoint=at_hub.hub_url, token=False, allow_patterns=["*.json"]
    )
    with pytest.raises(ModelUnavailable, match=r"has \d files but lacks model\.safetensors; unset `offline`"):
        pull(entry, offline(at_hub))


def test_offline_nobody_is_asked(at_hub: Settings, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not hub_answers(at_hub.model_copy(update={"offline": True}))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert not hub_answers(at_hub)
    assert not hub.asked


def test_the_token_goes_to_the_hub_and_to_no_host_that_it_points_to(
    entry: CatalogEntry, at_hub: Settings, hub: Hub, web: Callable[[Any], str], answer: type[Any]
) -> None:
    storage: list[str | None] = []

    def store(asked: Any) -> Any:
        storage.append(asked.headers.get("authorization"))
        return answer(body=hub.files["model.safetensors"])

    hub.storage = web(store)
    pull(entry, at_hub.model_copy(update={"hub_token": SecretStr("hf_secret")}))
    assert hub.tokens == {"Bearer hf_secret"}
    assert storage == [None]


def test_a_private_model_says_which_setting_and_shows_no_token(
    entry: CatalogEntry, settings: Settings, web: Callable[[Any], str], answer: type[Any]
) -> None:
    closed = {"hub_url": web(lambda _: answer(status=401)), "hub_token": SecretStr("hf_wrong")}
    with pytest.raises(ModelUnavailable, match=r"HTTP 401: private, .*FOOTNOTE_HUB_TOKEN") as caught:
        pull(entry, settings.model_copy(update=closed))
    assert "hf_wrong" not in str(caught.value)


def test_too_little_disk_is_told_before_anything_is_fetched(entry: CatalogEntry, at_hub: Settings, hub: Hub) -> None:
    hub.sizes["model.safetensors"] = 10**18
    with pytest.raises(ModelUnavailable, match=r"^tiny: needs 1000000000\.0 GB more in .*FOOTNOTE_HUB_CACHE$"):
        pull(entry, at_hub)
    assert not any(name == "model.safetensors" for name, _ in hub.ranges)


def test_a_checkpoint_that_differs_from_the_catalogue_is_told_and_counts(
    entry: CatalogEntry, at_hub: Settings, progress: Any
) -> None:
    folder = pull(replace(entry, experts=64), at_hub, progress)
    assert (
        "tiny: experts: the catalogue says 64, its config.json 32; the checkpoint's own figures count" in progress.lines
    )
    assert (
        "experts: the catalogue says 64, its config.json 32"
        in json.loads((folder / RECORD).read_text())["differs_from_catalogue"]
    )


def test_a_file_listed_with_another_digest_than_the_catalogues_is_not_fetched(
    entry: CatalogEntry, at_hub: Settings, hub: Hub
) -> None:
    with pytest.raises(ModelUnavailable, match=r"lists model\.safetensors with another sha256 than the catalogue"):
        pull(replace(entry, files={"model.safetensors": "0" * 64}), at_hub)
    assert not hub.ranges


def test_any_model_of_the_hub_is_pulled_by_its_name_at_the_revision_named(at_hub: Settings, hub: Hub) -> None:
    entry = hub_entry("org/model@v1.0")
    folder = pull(entry, at_hub)
    assert folder.name == "org--model@v1.0"
    assert any(line.startswith("GET /api/models/org/model/revision/v1.0?") for line in hub.asked)
    assert json.loads((folder / RECORD).read_text())["commit"] == COMMIT
    assert hub_entry("ibm-granite/granite-3.1-1b-a400m-instruct") == find("granite-1b")


def test_an_architecture_that_is_not_built_in_is_refused_before_its_weights_are_fetched(
    entry: CatalogEntry, at_hub: Settings, hub: Hub
) -> None:
    config = {**json.loads(hub.files["config.json"]), "model_type": "unheard_of"}
    hub.files["config.json"] = hub.listed["config.json"] = json.dumps(config).encode()
    with pytest.raises(ModelUnavailable, match=r"model_type 'unheard_of' is not built into transformers"):
        pull(entry, at_hub)
    assert not any(name == "model.safetensors" for name, _ in hub.ranges)


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


def ask_for_code(hub: Hub) -> None:
    config = {**json.loads(hub.files["config.json"]), "auto_map": {"AutoModel": "modeling.Evil"}}
    hub.files["config.json"] = hub.listed["config.json"] = json.dumps(config).encode()


def test_a_config_that_asks_to_run_code_is_refused_before_the_weights_are_fetched(
    entry: CatalogEntry, at_hub: Settings, hub: Hub
) -> None:
    ask_for_code(hub)
    with pytest.raises(ModelUnavailable, match=r"config\.json: the key 'auto_map' can name code to run"):
        pull(entry, at_hub)
    assert installed(entry, at_hub) is None
    assert not any(name == "model.safetensors" for name, _ in hub.ranges)


def test_what_names_code_that_transformers_has_built_in_is_left_out_where_the_catalogue_knows_it(
    entry: CatalogEntry, at_hub: Settings, hub: Hub
) -> None:
    ask_for_code(hub)
    folder = pull(replace(entry, code_keys=("auto_map",)), at_hub)
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
