"""The dials of Footnote: few, with derived defaults, from arguments, environment, file, defaults, in that order.

Knows where settings come from and what is allowed. Opens nothing: folders are made by whoever writes into them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import certifi
from platformdirs import user_config_path, user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import SettingsInvalid
from assistant.evidence import Profile

__all__ = ["FILE_NAME", "NO_MODEL", "Settings", "load_settings"]

FILE_NAME = "footnote.toml"
NO_MODEL = "none"
"""The model's name by which a user asks for quotations only."""
PREFIX = "FOOTNOTE_"


def split_names(value: object) -> object:
    """Read "a, b" from the environment as a list; leave everything else to pydantic."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_names)]


class Settings(BaseSettings):
    """Hold every setting of one Footnote; unknown names are an error."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    model: str | None = None
    """Catalogue name, folder, server URL or "none"; None takes the best that this machine can run."""
    model_key: SecretStr | None = None
    """Sent to the model server as a bearer token."""
    embedding_model: str = "e5-small"
    """Catalogue name or folder of what compares meanings; "minilm" is faster and knows English only."""
    reranker: str | None = None
    """Catalogue name or folder of a cross-encoder that looks at the best passages again; None uses none."""
    data_dir: Path = Field(default_factory=lambda: user_data_path("footnote"))
    retrievers: Names = ()
    """Names of the sources to use; empty uses those that are on by default or whose address or key is set."""
    searxng_url: str | None = None
    wikipedia_url: str = "https://{language}.wikipedia.org/w/api.php"
    folders: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(split_names)] = ()
    """Folders of documents to search, beside Footnote's own docs and `library` in the data directory."""
    feeds: Names = ()
    """Addresses of RSS, Atom or JSON feeds to search in."""
    sitemaps: Names = ()
    """Addresses of sitemaps whose pages are searched by their names."""
    keys: dict[str, SecretStr] = Field(default_factory=dict)
    """Keys and other values that sources ask for, by the name of the environment variable that would hold them."""
    private: bool = False
    """Ask nobody but this machine and servers of the user's own."""
    chroma_url: str | None = None
    proxy: str | None = None
    ca_bundle: Path | None = None
    """PEM file of trusted authorities; default the file named by SSL_CERT_FILE, else certifi's."""
    allow_hosts: Names = ()
    """Exact hosts or CIDR ranges that pages may be read from although they are private."""
    stand_in: bool = True
    """May the dense stand-in model be fetched where no model hub answers."""
    user_agent: str = "Footnote/0.1 (+https://github.com/footnote-assistant/footnote)"
    profile: Profile = Profile.BALANCED
    language: str | None = None
    memory_limit: float | None = Field(default=None, gt=0)
    """GiB that the language model may take; None takes what is free."""
    constrained_citations: bool = False
    """Let a model folder in this process write nothing in brackets but numbers of sources that exist."""
    render_scripts: bool = False
    """Render pages that scripts build in a browser on this machine (extra `browser`); slower, and off by default."""
    page_cache_mb: int = Field(default=256, ge=0)
    """Disk space for the texts of pages that were read; 0 keeps none."""
    hub_url: str = "https://huggingface.co"
    """The model hub, or a mirror of it, that models are pulled from."""
    hub_token: SecretStr | None = None
    """Sent to the hub as a bearer token, for private models and those whose terms must be accepted."""
    hub_cache: Path | None = None
    """Folder of downloads in the hub's own layout; default the one that all its programs on this machine share."""
    offline: bool = False
    """Never ask the hub or a package index: models come from what is on this machine."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - fixed by pydantic-settings
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - fixed by pydantic-settings
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put arguments before the environment before the file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=settings_file())
        return init_settings, env_settings, file

    @property
    def trusted_authorities(self) -> Path:
        """The PEM file that TLS connections are checked against."""
        return self.ca_bundle or Path(os.environ.get("SSL_CERT_FILE") or certifi.where())

    @property
    def shared_cache(self) -> Path:
        """Where downloads from the hub lie: the variables are those that the hub's own library reads."""
        if self.hub_cache:
            return self.hub_cache
        if named := os.environ.get("HF_HUB_CACHE"):
            return Path(named).expanduser()
        caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        return Path(os.environ.get("HF_HOME") or f"{caches}/huggingface").expanduser() / "hub"

    @property
    def models_dir(self) -> Path:
        """Where models are kept, one folder each."""
        return self.data_dir / "models"

    @property
    def uploads_dir(self) -> Path:
        """Where files lie that were attached to a question, for as long as their page is open; never searched."""
        return self.data_dir / "uploads"

    @property
    def library_dir(self) -> Path:
        """Where a user may drop documents to be searched."""
        return self.data_dir / "library"


def settings_file() -> Path:
    """Prefer `footnote.toml` in the working directory to the one in the user's config directory."""
    here = Path.cwd() / FILE_NAME
    return here if here.is_file() else user_config_path("footnote") / FILE_NAME


def load_settings(**arguments: object) -> Settings:
    """Build settings; raise `SettingsInvalid` with one line that names the setting and the remedy."""
    check_environment(os.environ)
    try:
        return Settings(**arguments)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        raise SettingsInvalid(describe(error)) from error
    except ValueError as error:
        message = f"{settings_file()}: {error}: mend the file"
        raise SettingsInvalid(message) from error


def check_environment(environment: Mapping[str, str]) -> None:
    """Refuse FOOTNOTE_ names that are no settings: a typing error would otherwise change nothing, silently."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            message = f"{name}: no such setting; known are {', '.join(sorted(known))}"
            raise SettingsInvalid(message)


def describe(error: ValidationError) -> str:
    """Name the first wrong setting and what is wrong with it."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "settings"
    return f"{name} = {first.get('input')!r}: {first['msg']}; set it by {PREFIX}{name.upper()} or in {FILE_NAME}"
