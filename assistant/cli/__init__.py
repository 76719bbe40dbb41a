"""The command line: `footnote ask | search | replay | export | ui | feedback | models | retrievers | eval | doctor`.

Knows the words, the exit statuses and where output goes. Each command's work is in a module of its own, imported only
when it is given, so that `footnote --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from typing import NoReturn, get_args

from assistant.errors import FootnoteError, QuestionInvalid
from retrievers.contract import Focus
from retrievers.errors import RetrieverError

__all__ = ["FAILED", "INTERRUPTED", "OK", "WRONG_USAGE", "entry", "main"]

OK, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

SUITES = ("ranking", "grounding", "injection", "extraction", "latency")
"""Those of `assistant/evaluation` that exist."""

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. Whatever goes wrong is one line on standard error."""
    arguments = parser().parse_args(argv)
    run: Command = import_module(f"assistant.cli.{arguments.module}").run
    try:
        return run(arguments)
    except QuestionInvalid as error:
        return complain(error, WRONG_USAGE)
    except (FootnoteError, RetrieverError) as error:
        return complain(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return OK


def entry() -> NoReturn:
    """Run one command as a program of its own, and leave at once when it is over.

    A thread that still loads a library's native code when Python ends aborts the whole process ("terminate called
    without an active exception"), and what it loads is wanted by nobody any more. Everything is closed by then.
    """
    status = main()
    if any(thread.daemon and thread.is_alive() for thread in threading.enumerate()):
        with suppress(OSError, ValueError):  # a closed pipe
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def complain(error: Exception, status: int) -> int:
    """Say in one line what is wrong and what to do."""
    print(f"footnote: {error}", file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """Describe every command and option."""
    top = argparse.ArgumentParser(
        prog="footnote",
        description="Search many sources at once, read the pages, and answer with every sentence tied to its passage.",
    )
    top.add_argument("--version", action="version", version=f"footnote {version('footnote')}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    describe_ask(commands.add_parser("ask", help="answer a question with its sources"))
    describe_search(commands.add_parser("search", help="list the pages that would be read for a question"))
    describe_replay(commands.add_parser("replay", help="check a saved answer and make it again from its own pages"))
    describe_export(commands.add_parser("export", help="write a saved answer as PDF, Markdown, HTML or JSON"))
    describe_ui(commands.add_parser("ui", help="open the chat page in the browser"))
    describe_feedback(commands.add_parser("feedback", help="list what you thought of answers, or take it back"))
    describe_models(commands.add_parser("models", help="list, show or download language models"))
    describe_retrievers(commands.add_parser("retrievers", help="list the sources, try one, or write a new one"))
    describe_eval(commands.add_parser("eval", help="measure quality on a data set"))
    commands.add_parser("doctor", help="check the set-up and say how to mend each fault").set_defaults(module="doctor")
    return top


def describe_ask(ask: argparse.ArgumentParser) -> None:
    """Say what `footnote ask` takes."""
    ask.set_defaults(module="ask")
    add_question(ask)
    add_model(ask)
    ask.add_argument(
        "--trace", metavar="FILE", help="write every event of the turn to FILE, one JSON object a line; can be replayed"
    )


def add_model(command: argparse.ArgumentParser) -> None:
    """Take who is to write."""
    command.add_argument(
        "--model", metavar="NAME|PATH|URL", help="a catalogue name, a folder, or an OpenAI-compatible server"
    )
    command.add_argument("--no-model", action="store_true", help="answer with quotations only")


def describe_replay(replay: argparse.ArgumentParser) -> None:
    """Say what `footnote replay` takes."""
    replay.set_defaults(module="replay")
    replay.add_argument("file", metavar="FILE", help="a JSON bundle of the page's export, or a file of ask --trace")
    replay.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    add_model(replay)


def describe_export(export: argparse.ArgumentParser) -> None:
    """Say what `footnote export` takes."""
    export.set_defaults(module="export")
    export.add_argument(
        "file", metavar="FILE", help="a JSON file of the page's export, of ask --json or of ask --trace"
    )
    export.add_argument("out", metavar="OUT", help="the file to write; its name ends with .pdf, .md, .html or .json")
    export.add_argument("--language", metavar="fr", help="of the words around the answer; default: the question's own")


def describe_search(search: argparse.ArgumentParser) -> None:
    """Say what `footnote search` takes."""
    search.set_defaults(module="search")
    add_question(search)


def add_question(command: argparse.ArgumentParser) -> None:
    """Take a question and what narrows its search."""
    command.add_argument("question", nargs="*", metavar="QUESTION", help="the question; quotes are optional")
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    command.add_argument("--focus", type=names, default=(), metavar="web,news,…", help="kinds of sources to ask")
    command.add_argument("--sources", type=names, default=(), metavar="a,b", help="sources to ask, by name")
    command.add_argument(
        "--without", type=names, action="extend", default=[], metavar="NAME", help="a source not to ask; repeatable"
    )
    command.add_argument("--since", choices=("day", "week", "month", "year"), help="only what is that recent")
    command.add_argument("--private", action="store_true", help="ask only this machine and servers of your own")
    command.add_argument("--language", metavar="fr", help="ISO 639-1 code; default: the question's own")
    command.add_argument("--refresh", action="store_true", help="read pages anew, also those kept from earlier")
    command.add_argument("--profile", choices=("speed", "balanced", "thorough"), help="how much time to take")


def describe_ui(ui: argparse.ArgumentParser) -> None:
    """Say what `footnote ui` takes."""
    ui.set_defaults(module="page")
    ui.add_argument("--port", type=port, default=8501, metavar="N", help="port (default: 8501)")
    ui.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (default: 127.0.0.1, this machine only; anything else needs sign-in)",
    )
    ui.add_argument("--no-pull", action="store_true", help="do not download missing models first")


def describe_feedback(feedback: argparse.ArgumentParser) -> None:
    """Say what `footnote feedback` takes."""
    feedback.set_defaults(module="feedback")
    feedback.add_argument("--json", action="store_true", help="print JSON and nothing else")
    feedback.add_argument(
        "--delete", metavar="ID|all", help="take one back, by its number or the beginning of it, or all"
    )


def describe_models(models: argparse.ArgumentParser) -> None:
    """Say what `footnote models` takes."""
    models.set_defaults(module="models")
    models.add_argument("action", choices=("list", "show", "pull"))
    models.add_argument("name", nargs="?", metavar="NAME", help="default: the one this machine would use")
    models.add_argument("--json", action="store_true", help="print JSON and nothing else")


def describe_retrievers(retrievers: argparse.ArgumentParser) -> None:
    """Say what `footnote retrievers` takes."""
    retrievers.set_defaults(module="retrievers")
    actions = retrievers.add_subparsers(required=True, metavar="list|check|new", dest="action")
    listing = actions.add_parser("list", help="every source, whether it is asked, and what it receives")
    listing.add_argument("--json", action="store_true", help="print JSON and nothing else")
    check = actions.add_parser("check", help="ask one source for real and show what comes")
    check.add_argument("name", metavar="NAME")
    check.add_argument("question", nargs="*", metavar="QUERY", help="default: one that the source should know")
    check.add_argument("--language", default="en", metavar="fr", help="ISO 639-1 code (default: en)")
    check.add_argument("--since", choices=("day", "week", "month", "year"), help="only what is that recent")
    new = actions.add_parser("new", help="write the files of a new source, with a test that passes")
    new.add_argument("name", metavar="NAME", help="small letters, digits and underscores")
    new.add_argument("--focus", choices=get_args(Focus), default="web", help="what kind of source (default: web)")
    new.add_argument("--directory", default=".", metavar="DIR", help="where (default: here)")


def describe_eval(evaluation: argparse.ArgumentParser) -> None:
    """Say what `footnote eval` takes."""
    evaluation.set_defaults(module="evaluate")
    evaluation.add_argument("suite", choices=SUITES)
    evaluation.add_argument("--data", required=True, metavar="DIR", help="the folder of one data set, or its file")
    evaluation.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    evaluation.add_argument("--limit", type=count, metavar="N", help="items at most; default: all")
    evaluation.add_argument("--seed", type=int, default=0, metavar="N", help="which items a limit draws (default: 0)")
    evaluation.add_argument(
        "--half", choices=("fitted", "reported"), help="only the half that constants are fitted on, or the other"
    )
    evaluation.add_argument(
        "--model", metavar="none|NAME|PATH|URL", help="the model that writes, where one does; none quotes only"
    )
    evaluation.add_argument("--answers", metavar="FILE", help="store every answer there, and resume from it")
    evaluation.add_argument("--queries", metavar="es", help="language of the questions of a parallel set")
    evaluation.add_argument("--corpus", metavar="en", help="language of the passages of a parallel set")


def count(value: str) -> int:
    """Read how many."""
    number = int(value)
    if number < 1:
        message = f"{value} is too few; give 1 or more"
        raise argparse.ArgumentTypeError(message)
    return number


def names(value: str) -> tuple[str, ...]:
    """Read "a,b"."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def port(value: str) -> int:
    """Read a TCP port."""
    number = int(value)
    if not 0 < number < 65536:  # noqa: PLR2004 - RFC 9293: sixteen bits
        message = f"{value} is no port; choose one from 1 to 65535"
        raise argparse.ArgumentTypeError(message)
    return number
