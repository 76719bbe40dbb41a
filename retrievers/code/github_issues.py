"""Issues on GitHub, through its search API (https://docs.github.com/en/rest/search/search)."""

from collections.abc import Iterator

import httpx

from retrievers import SearchHit
from retrievers.code.github_api import GitHubSearch
from retrievers.dates import iso_date
from retrievers.excerpt import excerpt
from retrievers.plain_text import one_line


class GitHubIssues(GitHubSearch):
    """Search titles, texts and comments of issues: what others did about the same error."""

    name = "github_issues"
    kind = "issues"
    restriction = "is:issue"
    dated_by = "updated"

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read one hit from each issue; what was answered stands on its page only."""
        for row in response.json()["items"]:
            repository = row["repository_url"].partition("/repos/")[2]
            about = f"{repository}#{row['number']}, {row['state']}, {row['comments']} comments"
            yield SearchHit(
                url=row["html_url"],
                title=one_line(row["title"]),
                snippet=" · ".join(part for part in (excerpt(row["body"]), about) if part),
                published=iso_date(row["updated_at"]),
            )
