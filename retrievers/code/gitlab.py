"""Projects on GitLab.com, through its REST API (https://docs.gitlab.com/api/projects/#list-all-projects)."""

from collections.abc import Iterator

import httpx

from retrievers import RateLimit, SearchHit, SearchQuery
from retrievers.dates import iso_date
from retrievers.excerpt import excerpt
from retrievers.freshness import first_day
from retrievers.loosening import LooseRetriever

MAX_PAGE = 100


class GitLab(LooseRetriever):
    """Search names, paths and descriptions of public projects; only words of three letters and more count there."""

    name = provider = "gitlab"
    focus, receives = "code", "the words of the query"
    on_by_default = True
    attempts = 3
    limit = RateLimit(requests=13, seconds=60.0)  # 400 requests in 10 minutes without a token, three to a search

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for the projects that are most like the words."""
        asked = {"search": query.text, "order_by": "similarity", "per_page": str(min(query.limit, MAX_PAGE))}
        if query.freshness:
            asked["last_activity_after"] = f"{first_day(query.freshness)}T00:00:00Z"
        return httpx.Request("GET", "https://gitlab.com/api/v4/projects", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read one hit from each project; the answer is a list, an error an object."""
        for row in response.json()[:]:
            facts = [f"{row['star_count']:,} stars", ", ".join(row.get("topics") or ())]
            yield SearchHit(
                url=row["web_url"],
                title=row["path_with_namespace"],
                snippet=" · ".join(part for part in (excerpt(row["description"]), *facts) if part),
                published=iso_date(row["last_activity_at"]),
            )
