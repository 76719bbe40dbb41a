"""An encoder is run the quick way only where that is known to give what the library gives."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from assistant.ranking.bert import BertEncoder
from assistant.ranking.encoder import TRIAL, TRIED, Encoder, agreeing
from assistant.ranking.library_encoder import LibraryEncoder

TEXTS = ["cat", "the dog barks the moon and the cat sleeps", "vacuum [SEP] a mat", "cat " * 40]


@pytest.fixture
def folder(encoder_folder: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(encoder_folder, copy, ignore=shutil.ignore_patterns(TRIED))
    return copy


def cosines(one: np.ndarray, other: np.ndarray) -> list[float]:
    return np.sum(one * other, axis=1).tolist()


def changed(folder: Path, **config: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | config))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_our_arithmetic_is_the_librarys(folder: Path, dtype: torch.dtype) -> None:
    ours = BertEncoder(folder, dtype).run(TEXTS)
    assert cosines(ours, LibraryEncoder(folder).run(TEXTS)) == pytest.approx([1] * len(TEXTS), abs=0.005)


def test_both_cut_texts_into_the_same_pieces(folder: Path) -> None:
    assert BertEncoder(folder, torch.float32).pieces(TEXTS) == LibraryEncoder(folder).pieces(TEXTS)


def test_a_first_opening_tries_both_and_the_next_one_trusts_it(folder: Path) -> None:
    assert not Encoder(folder).runs.pads
    assert json.loads((folder / TRIED).read_text())["agrees"] is True
    assert not Encoder(folder).runs.pads


def test_what_was_tried_once_is_opened_without_importing_the_library(folder: Path) -> None:
    Encoder(folder)
    look = (
        "import sys; from pathlib import Path; from assistant.ranking.encoder import Encoder; "
        "Encoder(Path(sys.argv[1])).run(['cat']); print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", look, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_other_weights_are_tried_anew(folder: Path) -> None:
    Encoder(folder)
    kept = json.loads((folder / TRIED).read_text())
    (folder / TRIED).write_text(json.dumps(kept | {"agrees": False}))
    assert Encoder(folder).runs.pads, "what was found is believed"
    os.utime(folder / "model.safetensors", ns=(1, 1))
    assert not Encoder(folder).runs.pads


def test_a_damaged_note_of_the_trial_is_no_obstacle(folder: Path) -> None:
    Encoder(folder)
    (folder / TRIED).write_text("{")
    assert not Encoder(folder).runs.pads


def test_arithmetic_that_disagrees_is_not_used(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    weights = load_file(folder / "model.safetensors")
    save_file({name: weight.flip(0) for name, weight in weights.items()}, other / "model.safetensors")
    assert agreeing(folder, LibraryEncoder(folder)) is not None
    assert agreeing(folder, LibraryEncoder(other)) is None


def test_weights_under_other_names_are_left_to_the_library(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file({f"bert.{name}": weight for name, weight in weights.items()}, folder / "model.safetensors")
    encoder = Encoder(folder)
    assert encoder.runs.pads
    assert json.loads((folder / TRIED).read_text())["agrees"] is False
    assert np.isfinite(encoder.run(TRIAL)).all()


def test_an_architecture_that_is_not_ours_is_left_to_the_library(folder: Path) -> None:
    changed(folder, hidden_act="relu")
    encoder = Encoder(folder)
    assert encoder.runs.pads
    assert not (folder / TRIED).exists()
    assert np.linalg.norm(encoder.run(TEXTS), axis=1) == pytest.approx([1] * len(TEXTS), abs=1e-4)


class Overflowing(BertEncoder):
    """Computes what is larger than any number."""

    def run(self, texts: Sequence[str]) -> np.ndarray:
        return super().run(texts) * math.inf


def test_a_text_on_which_our_arithmetic_overflows_is_left_to_the_library(folder: Path) -> None:
    encoder = Encoder(folder)
    expected = encoder.run(TEXTS)
    encoder.runs = Overflowing(folder, torch.float32)
    assert cosines(encoder.run(TEXTS), expected) == pytest.approx([1] * len(TEXTS), abs=0.005)
