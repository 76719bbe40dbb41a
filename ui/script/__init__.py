"""The one script of the site, away from `ui/pages`: a folder of that name beside it Streamlit runs by itself."""
