"""Tiny models with real architectures, and a web server on this machine."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import AutoModelForCausalLM, DeepseekV3Config, GraniteMoeConfig, PreTrainedTokenizerFast

from assistant.models.catalog import CatalogEntry, PinnedWheel, find
from assistant.settings import Settings

HUB_COMMIT = "c0ffee" * 6 + "beef"
CHARACTERS = ["Ġ", "Ċ", *map(chr, range(33, 127))]
"""Space, line end and all that is printable in ASCII, in the byte-level spelling of GPT-2."""
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", hub_cache=tmp_path / "hub")


@dataclass
class HeardProgress:
    """A progress that remembers."""

    lines: list[str] = field(default_factory=list)
    figures: dict[str, list[tuple[int, int | None]]] = field(default_factory=dict)

    def say(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, stage: str, done_bytes: int, total_bytes: int | None) -> None:
        self.figures.setdefault(stage, []).append((done_bytes, total_bytes))


@pytest.fixture
def progress() -> HeardProgress:
    return HeardProgress()


def make_tokenizer() -> PreTrainedTokenizerFast:
    """One token for each printable character, so that whatever a random model writes is text."""
    vocabulary = {character: number for number, character in enumerate(CHARACTERS)}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",  # noqa: S106 - a token of text
        pad_token="<|endoftext|>",  # noqa: S106 - a token of text
        additional_special_tokens=["<|im_start|>"],
        chat_template=CHATML,
        model_max_length=256,
    )


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return make_tokenizer()


@pytest.fixture(scope="session")
def deepseek_folder(tmp_path_factory: pytest.TempPathFactory, tokenizer: PreTrainedTokenizerFast) -> Path:
    """DeepSeek-V3 with all of its 256 routed experts, each of them narrow."""
    config = DeepseekV3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        moe_intermediate_size=8,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=2,
        n_routed_experts=256,
        num_experts_per_tok=8,
        n_shared_experts=1,
        n_group=8,
        topk_group=4,
        first_k_dense_replace=1,
        kv_lora_rank=16,
        q_lora_rank=16,
        qk_rope_head_dim=8,
        qk_nope_head_dim=8,
        v_head_dim=8,
        max_position_embeddings=256,
    )
    return save_random(config, tokenizer, tmp_path_factory.mktemp("models") / "tiny-deepseek")


@pytest.fixture(scope="session")
def granite_folder(tmp_path_factory: pytest.TempPathFactory, tokenizer: PreTrainedTokenizerFast) -> Path:
    config = GraniteMoeConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        num_local_experts=32,
        num_experts_per_tok=8,
        tie_word_embeddings=True,
        max_position_embeddings=256,
    )
    return save_random(config, tokenizer, tmp_path_factory.mktemp("models") / "tiny-granite")


def save_random(config: Any, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Path:
    torch.manual_seed(0)
    for name in ("bos_token_id", "eos_token_id", "pad_token_id"):
        setattr(config, name, getattr(tokenizer, name))
    model = AutoModelForCausalLM.from_config(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@dataclass
class Answer:
    """What a test's server answers to one request."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """What a test's server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Handler = Callable[[Asked], Answer]


def serve(handler: Handler, stack: ExitStack) -> str:
    """Answer on a free port until the stack closes."""

    class Requests(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, self.named_headers(), self.rfile.read(length))
            answer = handler(asked)
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def named_headers(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        do_GET = do_HEAD = do_POST = answer  # noqa: N815 - the library's names

        def log_message(self, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def web() -> Iterator[Callable[[Handler], str]]:
    with ExitStack() as stack:
        yield lambda handler: serve(handler, stack)


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A folder that pip can use as a package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    return folder


@pytest.fixture
def make_wheel(index: Path) -> Callable[[str, dict[str, bytes]], PinnedWheel]:
    """Put a package of these files into the index."""

    def make(name: str, files: dict[str, bytes]) -> PinnedWheel:
        stem = f"{name.replace('-', '_')}-1.0"
        wheel = index / f"{stem}-py3-none-any.whl"
        about = {
            f"{stem}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{stem}.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{stem}.dist-info/RECORD": b"",
        }
        with zipfile.ZipFile(wheel, "w") as archive:
            for file, content in {**files, **about}.items():
                archive.writestr(file, content)
        return PinnedWheel(name=name, version="1.0", sha256=hashlib.sha256(wheel.read_bytes()).hexdigest())

    return make


@pytest.fixture
def pip_options(index: Path) -> list[str]:
    """Let pip know this index only."""
    return ["--no-index", f"--find-links={index}"]


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Qwen2 of one layer with quantised weights and 100 tokens, its vocabulary padded to 104 as Qwen's is."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    writer = GGUFWriter(path, "qwen2")
    writer.add_context_length(128)
    writer.add_embedding_length(32)
    writer.add_feed_forward_length(64)
    writer.add_block_count(1)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    add_vocabulary(writer)
    add_weights(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def add_vocabulary(writer: GGUFWriter) -> None:
    control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    padding = [f"[PAD{number}]" for number in range(100, 104)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([*CHARACTERS, *control, "th", *padding])
    writer.add_token_types([1] * len(CHARACTERS) + [3] * 3 + [1] + [5] * 4)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(96)
    writer.add_eos_token_id(98)
    writer.add_pad_token_id(96)
    writer.add_chat_template(CHATML)


def add_weights(writer: GGUFWriter) -> None:
    random = np.random.default_rng(1)
    head = random.standard_normal((104, 32), dtype=np.float32)
    add_packed(writer, "output.weight", head, GGMLQuantizationType.Q8_0)
    add_packed(writer, "token_embd.weight", head, GGMLQuantizationType.Q4_0)
    matrices = {
        "attn_q": (32, 32),
        "attn_k": (16, 32),
        "attn_v": (16, 32),
        "attn_output": (32, 32),
        "ffn_gate": (64, 32),
        "ffn_up": (64, 32),
        "ffn_down": (32, 64),
    }
    for name, shape in matrices.items():
        values = random.standard_normal(shape, dtype=np.float32) / 8
        add_packed(writer, f"blk.0.{name}.weight", values, GGMLQuantizationType.Q8_0)
    for name, size in (("attn_q.bias", 32), ("attn_k.bias", 16), ("attn_v.bias", 16)):
        writer.add_tensor(f"blk.0.{name}", random.standard_normal(size, dtype=np.float32) / 8)
    for name in ("blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight"):
        writer.add_tensor(name, np.ones(32, dtype=np.float32))


def add_packed(writer: GGUFWriter, name: str, values: np.ndarray, kind: GGMLQuantizationType) -> None:
    writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)


def git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class Hub:
    """The few pages of the hub's API that its library asks for, over a folder of files."""

    def __init__(self, answer: type[Any], files: dict[str, bytes]) -> None:
        self.answer = answer
        self.files = files
        self.listed = dict(files)
        self.asked: list[str] = []
        self.broken: set[str] = set()
        self.cut: dict[str, int] = {}
        self.ranges: list[tuple[str, str | None]] = []
        self.storage: str | None = None
        self.sizes: dict[str, int] = {}
        self.before_file: Callable[[str], object] = lambda _: None
        self.tokens: set[str | None] = set()

    def __call__(self, asked: Any) -> Any:
        self.asked.append(f"{asked.method} {asked.path}")
        self.tokens.add(asked.headers.get("authorization"))
        if "/tree/" in asked.path:
            return self.answer(body=json.dumps(self.tree()).encode(), headers={"Content-Type": "application/json"})
        if asked.path.startswith("/api/models/"):
            return self.answer(body=json.dumps(self.listing()).encode(), headers={"Content-Type": "application/json"})
        name = asked.path.split(f"/resolve/{HUB_COMMIT}/")[-1].partition("?")[0]
        if name in self.broken or name not in self.files:
            return self.answer(status=404, headers={"X-Error-Code": "EntryNotFound"})
        if self.storage and name.endswith("safetensors"):
            return self.answer(status=302, headers={"Location": f"{self.storage}/{name}"})
        if asked.method == "GET":
            self.ranges.append((name, asked.headers.get("range")))
            self.before_file(name)
        return self.file(name, asked.headers.get("range"))

    def listing(self) -> dict[str, Any]:
        siblings = [
            {
                "rfilename": name,
                "size": self.sizes.get(name, len(content)),
                "blobId": git_oid(content),
                "lfs": self.lfs(content) if name.endswith("safetensors") else None,
            }
            for name, content in sorted(self.listed.items())
        ]
        return {"id": "org/model", "modelId": "org/model", "sha": HUB_COMMIT, "siblings": siblings, "tags": []}

    def tree(self) -> list[dict[str, Any]]:
        return [
            {"type": "file", "path": file["rfilename"], "size": file["size"], "oid": file["blobId"], "lfs": file["lfs"]}
            for file in self.listing()["siblings"]
        ]

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
            "X-Repo-Commit": HUB_COMMIT,
            "ETag": f'"{self.etag(name, content)}"',
            "Accept-Ranges": "bytes",
        }
        whole = str(len(content))
        if name in self.cut:
            content = content[: self.cut.pop(name)]
        if wanted and (match := re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)):
            start, end = int(match[1]), int(match[2] or len(content) - 1)
            headers["Content-Range"] = f"bytes {start}-{end}/{whole}"
            return self.answer(status=206, body=content[start : end + 1], headers=headers)
        return self.answer(body=content, headers={**headers, "Content-Length": whole})

    def etag(self, name: str, content: bytes) -> str:
        return hashlib.sha256(content).hexdigest() if name.endswith("safetensors") else git_oid(content)


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


@pytest.fixture(scope="session")
def moe_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The header and two tensors of a mixture of experts: enough to be described, not to be run."""
    path = tmp_path_factory.mktemp("gguf") / "moe.gguf"
    writer = GGUFWriter(path, "olmoe")
    writer.add_block_count(1)
    writer.add_embedding_length(32)
    writer.add_head_count(2)
    writer.add_expert_count(8)
    writer.add_expert_used_count(2)
    writer.add_tensor("blk.0.ffn_up_exps.weight", np.zeros((8, 64, 32), dtype=np.float16))
    writer.add_tensor("token_embd.weight", np.zeros((100, 32), dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
