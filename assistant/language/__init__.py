"""What every stage needs to know of human languages: words, numbers, names, sentences, and which language it is.

Plain functions over text, safe to call from any thread. Knows nothing of pages, passages or questions.
"""

from __future__ import annotations

from assistant.language.detection import detect_language
from assistant.language.sentences import sentence_spans
from assistant.language.words import content_stems, fold, names, numbers, stems, words

__all__ = ["content_stems", "detect_language", "fold", "names", "numbers", "sentence_spans", "stems", "words"]
