"""The script that Streamlit runs for each look at the page: `streamlit run ui/script/app.py`, or better `footnote ui`.

Knows nothing but whom to call.
"""

from __future__ import annotations

import streamlit as st

from assistant.errors import FootnoteError
from ui.frame import frame, notice
from ui.navigation import site
from ui.resources import shared_resources
from ui.wording import wording_for

try:
    resources = shared_resources()
except FootnoteError as error:
    frame(wording_for(st.context.locale))
    notice(str(error))
else:
    site(resources)
