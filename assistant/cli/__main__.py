"""Let `python -m assistant.cli` do what `footnote` does."""

import sys

from assistant.cli import main

sys.exit(main())
