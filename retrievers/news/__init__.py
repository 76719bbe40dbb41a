"""Sources of news: search engines for news, and the feeds and sitemaps that a user names."""
