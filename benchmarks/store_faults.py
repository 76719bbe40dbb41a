"""What becomes of stored embeddings when things break: kills in mid-write, several processes, a full or read-only disk.

Prints, for each fault, what was acknowledged, what of it was lost, which returned vectors were wrong, and what the next
start said. Run: python benchmarks/store_faults.py [kills|processes|disk|all] [--times N] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterable
from pathlib import Path

from known_vectors import BATCH, Hashed, index_in, passages, store, verdict

from assistant.errors import IndexUnavailable
from assistant.ranking.index import PassageIndex
from assistant.ranking.reranking import Ranker

DISK = "192m"
BALLAST_LEFT = 8 * 2**20


async def write_on(folder: Path, first: int) -> None:
    """Store batch after batch and say so after each, until killed."""
    index = index_in(folder)
    while True:
        await store(index, range(first, first + BATCH))
        first += BATCH
        print(first, flush=True)


def killed_writer(folder: Path, first: int, after_s: float) -> int:
    """Let a process write, kill it some time after its first batch, and tell how far it said it had come."""
    child = subprocess.Popen([sys.executable, __file__, "write", str(folder), str(first)], stdout=subprocess.PIPE)
    lines = [child.stdout.readline() if child.stdout else b""]
    time.sleep(after_s)  # the kill is to come at any moment of a write
    child.kill()
    lines += child.communicate()[0].splitlines(keepends=True)
    return max([first, *(int(line) for line in lines if line.endswith(b"\n"))])


async def kills(folder: Path, times: int) -> list[dict[str, object]]:
    """Kill a writer so many times and look each time what is left, in a process that goes on."""
    chance = random.Random(5)  # noqa: S311 - moments to kill at
    rows: list[dict[str, object]] = []
    reached = 0
    for number in range(1, times + 1):
        reached = killed_writer(folder, reached, chance.uniform(0, 0.4))
        index = index_in(folder, read_deadline_s=60)
        began = time.perf_counter()
        row = await verdict(index, range(reached), range(reached + BATCH))
        recovery_s = round(time.perf_counter() - began, 2)
        rows.append({"kill": number, **row, "recovery_s": recovery_s, "said": list(index.take_notices())})
        await index.close()
    return rows


async def answer(index: PassageIndex, questions: Iterable[int]) -> list[dict[str, object]]:
    """Rank 16 passages for each question, half of which were met by the question before."""
    ranker = Ranker(Hashed(), index)
    rows: list[dict[str, object]] = []
    for number in questions:
        ranking = await ranker.rank(
            f"Fact {number}", "en", passages(range(8 * number, 8 * number + 16)), deadline_s=20, patience_s=20
        )
        rows.append({"passages": len(ranking.passages), "gaps": list(ranking.gaps)})
    await ranker.close()
    return rows


async def processes(folder: Path, questions: int = 10) -> list[dict[str, object]]:
    """Let three processes answer at once on one folder, then look whether what is stored is right."""
    command = [sys.executable, __file__, "answer", str(folder), str(questions)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]  # noqa: ASYNC220 - nothing else runs
    rows: list[dict[str, object]] = []
    for number, child in enumerate(children, start=1):
        told = json.loads(child.communicate()[0])
        answers = sum(row["passages"] == 16 for row in told)  # noqa: PLR2004 - as `answer` asks
        gaps = sorted({gap for row in told for gap in row["gaps"]})
        rows.append({"process": number, "answers": answers, "of": questions, "said": gaps})
    index = index_in(folder, read_deadline_s=60)
    row = await verdict(index, range(0), range(8 * questions + 16))
    rows.append(
        {"process": "after", "stored": (await index.recall(passages(range(8 * questions + 8)))).__len__(), **row}
    )
    await index.close()
    return rows


async def said(call: Awaitable[object]) -> tuple[str, float]:
    """Tell what a call failed with, "" if it did not, and how long it took."""
    began = time.perf_counter()
    try:
        await call
    except IndexUnavailable as error:
        return str(error), round(time.perf_counter() - began, 2)
    return "", round(time.perf_counter() - began, 2)


def fill(folder: Path, left: int) -> Path:
    """Leave so many bytes of a disk."""
    ballast = folder / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(folder).free - left))
    return ballast


def remount(folder: Path, how: str) -> None:
    """Change how the disk is mounted."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)  # noqa: S607 - wherever it lies


async def look(index: PassageIndex, state: str, batch: int) -> dict[str, object]:
    """Store a batch and rank; tell what became of both."""
    error, elapsed_s = await said(store(index, range(batch * BATCH, (batch + 1) * BATCH)))
    return {"disk": state, "upsert_s": elapsed_s, "answers": await answers(index), "said": error}


async def disk(folder: Path) -> list[dict[str, object]]:
    """Write on a small disk while it fills, is cleared, becomes read-only, and is writable again."""
    index = index_in(folder)
    rows = [await look(index, "with room", 0)]
    ballast = fill(folder, BALLAST_LEFT)
    rows.append(await look(index, "full", 1))
    ballast.unlink()
    rows.append(await look(index, "with room again", 1))
    await index.close()
    remount(folder, "ro")  # the system refuses this while a file is open for writing
    index = index_in(folder)
    rows.append(await look(index, "read-only", 2))
    remount(folder, "rw")
    rows.append(await look(index, "writable again", 2))
    after = await verdict(index, range(3 * BATCH), range(3 * BATCH))
    rows.append({"disk": "after all", **after, "said": list(index.take_notices())})
    await index.close()
    return rows


async def answers(index: PassageIndex) -> int:
    """Rank by meaning once, whatever the store does; the ranker is left open, for it would close the store."""
    ranking = await Ranker(Hashed(), index).rank("Fact 1", "en", passages(range(16)), deadline_s=20, patience_s=20)
    return len(ranking.passages)


async def brim(folder: Path) -> list[dict[str, object]]:
    """Let Chroma itself meet the end of the disk, without our guard."""
    index = index_in(folder, least_free_bytes=0)
    await store(index, range(BATCH))
    ballast = fill(folder, 200_000)
    tries = [await said(store(index, range(n * BATCH, (n + 1) * BATCH))) for n in range(1, 5)]
    kept = next((number for number, (error, _) in enumerate(tries) if error), len(tries))
    ranked = await answers(index)
    ballast.unlink()
    healed, _ = await said(store(index, range(10 * BATCH, 11 * BATCH)))
    return [
        {
            "disk": "met by Chroma",
            "slowest_upsert_s": max(elapsed_s for _, elapsed_s in tries),
            "answers": ranked,
            "acknowledged": (1 + kept) * BATCH,
            "heals_in_process": not healed,
            "said": next((error for error, _ in tries if error), ""),
        }
    ]


async def after_brim(folder: Path, acknowledged: int) -> list[dict[str, object]]:
    """Look from a new process what `brim` left."""
    index = index_in(folder, read_deadline_s=60)
    row = await verdict(index, range(acknowledged), range(5 * BATCH))
    row_said = list(index.take_notices())
    await index.close()
    return [{"disk": "in a new process", **row, "said": row_said}]


def on_small_disk(folder: Path) -> list[dict[str, object]]:
    """Run `disk` and `brim` on file systems of their own; raise `OSError` where none may be mounted."""
    script = 'mount -t tmpfs -o "size=$1" tmpfs "$2" || exit 77; exec "$3" "$4" on-disk "$2"'
    private = ["--mount"] if os.geteuid() == 0 else ["--map-root-user", "--mount"]
    command = ["unshare", *private, "sh", "-c", script, "sh", DISK, str(folder), sys.executable, __file__]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        message = f"no small disk to be had: exit {ended.returncode}: {ended.stderr.strip()[-500:]}"
        raise OSError(message)
    rows: list[dict[str, object]] = json.loads(ended.stdout)
    return rows


def in_process(*arguments: str) -> list[dict[str, object]]:
    """Run one part of this file in a process of its own, which may be left hanging."""
    ended = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    rows: list[dict[str, object]] = json.loads(ended.stdout)
    return rows


def on_disk(folder: Path) -> list[dict[str, object]]:
    """Do all that is done on the small disk."""
    rows = in_process("disk-guarded", str(folder))
    shutil.rmtree(folder / "chroma")
    rows += in_process("disk-brim", str(folder))
    return rows + in_process("disk-after", str(folder), str(rows[-1]["acknowledged"]))


def part(arguments: list[str]) -> None:
    """Do what a child process is asked for."""
    name, folder = arguments[0], Path(arguments[1])
    number = int(arguments[2]) if arguments[2:] else 0
    if name == "write":
        asyncio.run(write_on(folder, number))
    parts = {
        "answer": lambda: asyncio.run(answer(index_in(folder), range(number))),
        "on-disk": lambda: on_disk(folder),
        "disk-guarded": lambda: asyncio.run(disk(folder)),
        "disk-brim": lambda: asyncio.run(brim(folder)),
        "disk-after": lambda: asyncio.run(after_brim(folder, number)),
    }
    print(json.dumps(parts[name]()), flush=True)
    os._exit(0)  # a thread that hangs in Chroma is not waited for


def measure(fault: str, times: int) -> list[dict[str, object]]:
    """Bring about one kind of fault in a new folder."""
    with tempfile.TemporaryDirectory() as name:
        if fault == "kills":
            return asyncio.run(kills(Path(name), times))
        if fault == "processes":
            return asyncio.run(processes(Path(name)))
        return on_small_disk(Path(name))


def main() -> None:
    """Read the arguments, bring about the faults, print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="?", default="all", choices=["kills", "processes", "disk", "all"])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    faults = ["kills", "processes", "disk"] if wanted.fault == "all" else [wanted.fault]
    rows = [row for fault in faults for row in measure(fault, wanted.times)]
    if wanted.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in {"write", "answer", "on-disk", "disk-guarded", "disk-brim", "disk-after"}:
        part(sys.argv[1:])
    else:
        main()
