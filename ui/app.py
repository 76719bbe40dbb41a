"""The script that Streamlit runs for each look at the page: `streamlit run ui/app.py`, or better `footnote ui`.

Knows nothing but whom to call.
"""

from __future__ import annotations

import streamlit as st

from assistant.errors import FootnoteError
from ui.conversation import notice, page
from ui.resources import shared_resources

st.set_page_config(page_title="Footnote", page_icon=":material/format_quote:", layout="centered")
try:
    resources = shared_resources()
except FootnoteError as error:
    notice(str(error))
else:
    page(resources)
