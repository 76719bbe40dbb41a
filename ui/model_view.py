"""What the Model page says of models, in tables and plain words: for a reader who did not write Footnote.

Knows markup and the words of the catalogues. Which model is chosen, and why, is said by `assistant/models`.
"""

from __future__ import annotations

from pathlib import Path

from assistant.evidence import ModelCard
from assistant.models.catalog import CatalogEntry
from assistant.models.directory import ModelDescription, ModelDirectory
from assistant.settings import NO_MODEL
from ui.engine_lines import told
from ui.figures import titled_table
from ui.rendering import element, text
from ui.wording import Wording

__all__ = ["catalogue", "name_of", "reason", "used"]

BILLION, MILLION = 1_000_000_000, 1_000_000
LEAST_BILLIONS = 100_000_000
GB = 1_000_000_000
MANY_GIB = 100
"""From here on a decimal says nothing."""


def used(name: str | None, card: ModelCard | None, directory: ModelDirectory, words: Wording, *, is_own: bool) -> str:
    """Say which model writes the answers, why it is that one, and what this machine would choose; `card` if loaded."""
    title = card.name if card else name_of(name, words)
    shown = element("strong", text(title), class_="fn-model-name", dir="auto")
    is_awaited = card is None and name not in {None, NO_MODEL}
    state = words.say("model.loaded") if card else words.say("model.waiting") if is_awaited else ""
    chip = element("span", text(state), class_="fn-chip") if state else ""
    label = element("p", told(card.label, words), class_="fn-quiet") if card and card.label else ""
    why = element("p", text(reason(name, directory, words, is_own=is_own)))
    box = element("div", element("p", shown + chip) + label + why + figures(name, card, directory, words))
    return box + machine(name, directory, words)


def name_of(name: str | None, words: Wording) -> str:
    """Name a model for a reader: no address of a server, and of a folder its own name only."""
    if name is None:
        return words.say("model.name.missing")
    if name == NO_MODEL:
        return words.say("model.name.none")
    if name.lower().startswith(("http://", "https://")):
        return words.say("model.name.server")
    return Path(name).name if name.startswith((".", "~", "/")) else name


def reason(name: str | None, directory: ModelDirectory, words: Wording, *, is_own: bool) -> str:
    """Say why it is this one."""
    if name is None:
        return words.say("model.why.missing", command="footnote models pull")
    if is_own:
        return words.say("model.why.own")
    if directory.named:
        return words.say("model.why.named")
    is_mixture = bool(directory.default and directory.default.mixture_of_experts)
    return words.say("model.why.largest" if is_mixture else "model.why.dense")


def figures(name: str | None, card: ModelCard | None, directory: ModelDirectory, words: Wording) -> str:
    """Write the shape of the model that is used: as it was loaded, else as the catalogue has it."""
    entry = next((model.entry for model in directory.models if model.entry.name == name), None)
    known = card if card and card.total_parameters else entry
    if known is None or not known.total_parameters:
        return ""
    rows = [(text(words.say("model.experts-of")), experts(known, words))]
    rows += [(text(words.say("model.parameters")), parameters(known, words))]
    rows += [(text(words.say("model.architecture")), element("code", text(known.architecture or "?")))]
    return titled_table(("trace.name", "trace.value"), rows, words)


def experts(of: ModelCard | CatalogEntry, words: Wording) -> str:
    """Write how many experts each layer has and how many of them a token visits."""
    if not of.experts:
        return text(words.say("model.is-dense"))
    return text(words.say("model.experts-per-token", all=str(of.experts), active=str(of.experts_per_token or "?")))


def parameters(of: ModelCard | CatalogEntry, words: Wording) -> str:
    """Write how large it is and how much of it a token needs."""
    total = amount(of.total_parameters or 0, words)
    if not of.experts or not of.active_parameters:
        return text(total)
    return text(words.say("model.active", total=total, active=amount(of.active_parameters, words)))


def amount(count: int, words: Wording) -> str:
    """Write a number of parameters."""
    if count >= LEAST_BILLIONS:
        value = round(count / BILLION, 1)
        return words.count("model.billions", int(value), value=words.number(value))
    return words.count("model.millions", count // MILLION, value=words.number(count // MILLION))


def machine(name: str | None, directory: ModelDirectory, words: Wording) -> str:
    """Say what this machine has free, which model of the catalogue that is enough for, and how to get it."""
    room = directory.room
    where = words.say("model.gpu" if room.has_gpu else "model.cpu")
    said = text(words.say("model.room", free=gib(room.free_gib, words), where=where))
    chosen = directory.chosen
    if chosen is None:
        return element("p", f"{said} {text(words.say('model.nothing-fits'))}")
    why = told(chosen.why, words)
    said += f" {text(words.say('model.would-choose', name=chosen.entry.name))} {why}."
    if chosen.is_installed or chosen.entry.name == name:
        return element("p", said)
    return element("p", f"{said} {text(words.say('model.to-get'))} {element('code', text(chosen.command))}")


def catalogue(directory: ModelDirectory, words: Wording) -> str:
    """Write every model that Footnote knows by name, with what it takes and how to have it."""
    heads = tuple(f"model.head.{head}" for head in ("model", "experts-of", "memory", "languages", "here"))
    rows = [row(model, words) for model in directory.models]
    return element("div", titled_table(heads, rows, words), class_="fn-catalogue")


def row(model: ModelDescription, words: Wording) -> tuple[str, ...]:
    """Write one model."""
    entry = model.entry
    about = (element("span", text(said), lang="en") for said in (entry.label, entry.publisher, entry.licence))
    name = element("strong", text(entry.name)) + element("div", "<br>".join(about), class_="fn-quiet")
    size = element("div", text(sizes(entry, words)))
    shape = element("div", text(kind(entry, words))) + size
    return name, shape, memory(entry, words), text(languages(entry, words)), here(model, words)


def kind(entry: CatalogEntry, words: Wording) -> str:
    """Say in a few words what it is made of, or for."""
    if entry.kind != "language":
        return words.say(f"model.kind.{entry.kind}")
    if not entry.experts:
        return words.say("model.row.dense")
    return words.say("model.row.experts", all=str(entry.experts), active=str(entry.experts_per_token or "?"))


def sizes(entry: CatalogEntry, words: Wording) -> str:
    """Say in a few words how large it is."""
    total = amount(entry.total_parameters, words)
    if not entry.experts:
        return words.say("model.row.parameters", said=total)
    return words.say("model.row.active", total=total, active=amount(entry.active_parameters, words))


def memory(entry: CatalogEntry, words: Wording) -> str:
    """Write what it takes by number format; a file that is kept as it is has one figure."""
    if entry.conversion == "none" or entry.kind != "language":
        return text(gib(entry.memory_gib, words))
    lines = (f"{text(name)} {text(gib(taken, words))}" for name, taken in entry.memory_by_format.items())
    return "".join(element("div", line, class_="fn-nowrap") for line in lines)


def languages(entry: CatalogEntry, words: Wording) -> str:
    """Write the languages that its publisher lists."""
    return ", ".join(entry.languages) or words.say("model.languages.none")


def here(model: ModelDescription, words: Wording) -> str:
    """Say whether it is on this machine or how to get it, and why it would be chosen or not."""
    size = words.say("model.download", n=words.number(round(model.entry.download_bytes / GB, 1)))
    if model.is_installed:
        state = element("span", text(words.say("model.installed")), class_="fn-badge fn-good")
    elif model.is_served_only:
        state = text(words.say("model.served-only"))
    else:
        state = element("code", text(model.command)) + element("div", text(size), class_="fn-quiet")
    chosen = element("strong", text(words.say("model.chosen"))) + " " if model.is_chosen else ""
    why = element("div", chosen + told(model.why, words), class_="fn-quiet") if model.why else ""
    return state + why


def gib(value: float, words: Wording) -> str:
    """Write an amount of memory."""
    return words.say("model.gib", n=words.number(round(value) if value >= MANY_GIB else round(value, 1)))
