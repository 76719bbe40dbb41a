"""Books of the Open Library, through its search API (https://openlibrary.org/dev/docs/api/search)."""

from collections.abc import Iterator

import httpx

from retrievers import HttpRetriever, SearchHit, SearchQuery


class OpenLibrary(HttpRetriever):
    """Search titles and authors of books."""

    name = provider = "open_library"
    focus = "reference"
    on_by_default = True

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for as many books as are wanted."""
        asked = {"q": query.text, "limit": str(query.limit), "fields": "key,title,author_name,first_publish_year"}
        return httpx.Request("GET", "https://openlibrary.org/search.json", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read one hit from each book."""
        for book in response.json()["docs"]:
            authors = ", ".join(book.get("author_name", ["author unknown"]))
            year = book.get("first_publish_year", "year unknown")
            url = str(response.url.join(book["key"]))
            yield SearchHit(url=url, title=book["title"], snippet=f"{authors}, {year}")
