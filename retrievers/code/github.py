"""Repositories on GitHub, through its search API (https://docs.github.com/en/rest/search/search)."""

from collections.abc import Iterator

import httpx

from retrievers import SearchHit
from retrievers.code.github_api import GitHubSearch
from retrievers.dates import iso_date
from retrievers.plain_text import one_line


class GitHub(GitHubSearch):
    """Search names, descriptions and topics of repositories."""

    name = "github"
    kind = "repositories"
    dated_by = "pushed"

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read one hit from each repository; its page shows its README."""
        for row in response.json()["items"]:
            facts = [f"{row['stargazers_count']:,} stars", row["language"], ", ".join(row.get("topics") or ())]
            about = one_line(row["description"] or "")
            yield SearchHit(
                url=row["html_url"],
                title=row["full_name"],
                snippet=" · ".join(part for part in (about, *facts) if part),
                published=iso_date(row["pushed_at"]),
            )
