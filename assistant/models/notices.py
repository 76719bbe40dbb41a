"""What must be said of a model before it is fetched, and lie beside it afterwards.

Knows licences and origins as the catalogue states them. Leaves fetching to `pulling.py`.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from assistant.models.catalog import CatalogEntry

__all__ = ["announcement", "write_notices"]

APACHE = "Apache-2.0"


def announcement(entry: CatalogEntry, download_bytes: int) -> str:
    """Say in one line what will be downloaded, from whom, how much, and what a user should know of it."""
    size = f"{download_bytes / 1e6:,.0f} MB"
    if entry.is_stand_in:
        return (
            f"Downloading {size}: the dense stand-in model, because it needs no model hub. Packages "
            f"{entry.packages[0].name} to {entry.packages[-1].name}, published by {entry.publisher}, a third party; "
            f"said to be {entry.origin}; not verified against Qwen. Each file is checked against a pinned sha256."
        )
    if entry.packages and entry.origin:
        return (
            f"Downloading {size}: {entry.label}. Package {entry.packages[0].name}, published by {entry.publisher}, a "
            f"third party; said to be {entry.origin}, licence {entry.licence}; not verified against it. The file is "
            "checked against a pinned sha256."
        )
    return f"Downloading {size}: {entry.label} by {entry.publisher}, licence {entry.licence}."


def write_notices(entry: CatalogEntry, folder: Path) -> None:
    """Leave the licence and the origin beside the weights."""
    lines = [f"{entry.label}", f"Publisher: {entry.publisher}", f"Licence: {entry.licence}"]
    if entry.packages:
        packages = ", ".join(f"{package.name}=={package.version}" for package in entry.packages)
        lines.append(f"Taken out of these packages, of which nothing else is used: {packages}")
    if entry.is_stand_in:
        lines += [
            f"Said to be: {entry.origin}. Qwen publishes that model under Apache-2.0, Copyright 2024 Alibaba Cloud.",
            "This copy comes from a third party and is not verified against Qwen.",
            "Joined by Footnote from parts, otherwise as it was."
            if entry.conversion == "none"
            else "Changed by Footnote: dequantised to bf16 and written as safetensors.",
        ]
    elif entry.packages and entry.origin:
        lines += [
            f"Said to be: {entry.origin}. This copy comes from a third party and is not verified against that one.",
            "Changed by Footnote: dequantised to bf16 and written as safetensors.",
        ]
    (folder / "FOOTNOTE-NOTICE.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if entry.licence == APACHE and not (folder / "LICENSE").exists() and (text := apache_licence()):
        (folder / "LICENSE").write_text(text, encoding="utf-8")


def apache_licence() -> str | None:
    """Return the text of the licence, which Footnote itself is under and ships."""
    try:
        return distribution("footnote").read_text("licenses/LICENSE")
    except PackageNotFoundError:
        return None
