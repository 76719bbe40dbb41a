"""Documents on this machine: HTML, Markdown, text and PDF below the configured folders, found by words."""

import asyncio
import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx

from retrievers import HitList, ProviderUnavailable, Retriever, SearchHit, SearchQuery, UpstreamReport
from retrievers.keywords import keywords
from retrievers.local.folder_index import FolderIndex

REFRESH_S = 1.0  # half of the two seconds after which a reader should see something useful
MAX_WORDS = 64


class Folder(Retriever):
    """Search the folders of `FOOTNOTE_FOLDERS`; the word index is kept in `FOOTNOTE_FOLDER_INDEX`, else in memory."""

    name = provider = "folder"
    focus = "local"
    on_by_default = is_private = True
    schemes = ("file",)
    receives = "nothing: the search stays on this machine"

    def __init__(self, roots: Sequence[Path], index: Path | None = None) -> None:
        """Take the folders and the file of the index; a folder beside that file is ours and need not exist yet."""
        self.roots, self._beside = tuple(roots), index and index.parent
        self._index = FolderIndex(index)

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> Self:
        """Build one for the configured folders."""
        roots = [Path(name).expanduser() for name in env.get("FOOTNOTE_FOLDERS", "").split(os.pathsep) if name]
        return cls(roots, Path(index) if (index := env.get("FOOTNOTE_FOLDER_INDEX")) else None)

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:  # noqa: ARG002 - nothing is sent
        """Find files by any of the question's words, best first; missing folders are reported beside the hits."""
        roots = [root for root in self.roots if root.is_dir()]
        missing = [root for root in self.roots if root not in roots and root.parent != self._beside]
        mend = "does not exist; create it or correct FOOTNOTE_FOLDERS"
        if not roots:
            message = f"folder: {missing[0]} {mend}" if missing else "folder: no folder to search; set FOOTNOTE_FOLDERS"
            raise ProviderUnavailable(message)
        words = keywords(query.text, query.language)[:MAX_WORDS]
        try:
            found = await asyncio.to_thread(self._index.find, words, roots, limit=query.limit, refresh_s=REFRESH_S)
        except sqlite3.Error as error:
            message = f"folder: the word index failed ({error})"
            raise ProviderUnavailable(message) from error
        hits = [SearchHit(url=file.path.as_uri(), title=file.title, snippet=file.snippet) for file in found.files]
        reports = [UpstreamReport(provider=str(root), error=f"folder: {root} {mend}") for root in missing]
        if found.unread:
            why = f"folder: {found.unread} files are not read yet; ask again in a moment"
            reports.append(UpstreamReport(provider="folder", error=why))
        return HitList.of(hits, reports)
