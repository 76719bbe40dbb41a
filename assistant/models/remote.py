"""A model behind any OpenAI-compatible server: vLLM, SGLang, llama.cpp, `transformers serve`.

Knows the address, what a server must not be sent, and how its failures read. Leaves the wire format to
langchain-openai.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any
from urllib.parse import urldefrag, urlsplit

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import SecretStr

from assistant.errors import ModelUnavailable
from assistant.models.control_tokens import strip_control_tokens
from assistant.models.reasoning import REASONING, ReasoningChatOpenAI, ThinkSplitter
from assistant.settings import Settings

__all__ = ["RemoteChatModel", "connect", "served_model"]

LISTING_TIMEOUT = httpx.Timeout(5.0, connect=3.0)
WRITING_TIMEOUT = httpx.Timeout(120.0, connect=3.0)
"""Reading a long prompt may take a slow server a minute before its first byte; the turn's own deadline is shorter."""
ATTEMPTS = 3
PAUSE_S = 0.3
"""Doubled at each further attempt: a server that is just loading or full is back in a second or not within the turn."""
LONGEST_PAUSE_S = 5.0
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
BYTES_PER_TOKEN = 3
"""A low estimate, so that counts err on the long side: English has four bytes a token, French three and a half."""
WHAT_TO_DO = "start the server or correct the URL"


def connect(url: str, settings: Settings) -> RemoteChatModel:
    """Return a chat model for `http://host:port/v1#name`; without a name, the first that the server lists.

    Raises ModelUnavailable, naming the URL and what to do, where the server is silent or lists nothing.
    """
    address, _ = split_address(url)
    name = served_model(url, settings)
    network = network_options(address, settings)
    inner = ReasoningChatOpenAI(
        model=name,
        base_url=address,
        api_key=SecretStr(secret_of(settings) or "none"),
        http_client=httpx.Client(**network, timeout=WRITING_TIMEOUT),
        http_async_client=httpx.AsyncClient(**network, timeout=WRITING_TIMEOUT),
        max_retries=0,
        stream_usage=True,
        temperature=0,
        use_responses_api=False,
    )
    return RemoteChatModel(inner=inner, url=address, name_on_server=name)


def split_address(url: str) -> tuple[str, str]:
    """Split `address#name`; raise `ModelUnavailable` for what is no address."""
    try:
        address, name = urldefrag(url)
        urlsplit(address)
    except ValueError as error:
        message = f"{url}: is no URL ({error}); correct the URL"
        raise ModelUnavailable(message) from error
    return address, name


def served_model(url: str, settings: Settings) -> str:
    """Return the model's name on the server: the URL's fragment, else the first that the server lists."""
    address, wanted = split_address(url)
    key = secret_of(settings)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with httpx.Client(**network_options(address, settings), timeout=LISTING_TIMEOUT, headers=headers) as client:
            answer = client.get(f"{address.rstrip('/')}/models")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        message = f"{address}: the model server does not answer ({describe(error)}); {WHAT_TO_DO}"
        raise ModelUnavailable(message) from error
    return wanted or first_listed(address, answer)


def first_listed(address: str, answer: httpx.Response) -> str:
    """Read the first name of a listing; raise `ModelUnavailable` where there is none."""
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        message = f"{address}: the model server wants a key (HTTP {answer.status_code}); set FOOTNOTE_MODEL_KEY"
        raise ModelUnavailable(message)
    try:
        return str(answer.raise_for_status().json()["data"][0]["id"])
    except (httpx.HTTPStatusError, ValueError, KeyError, IndexError, TypeError) as error:
        message = (
            f"{address}: GET /models lists no model (HTTP {answer.status_code}); correct the URL (most end in /v1) "
            f"or name the model after it: {address}#NAME"
        )
        raise ModelUnavailable(message) from error


def secret_of(settings: Settings) -> str:
    """Return the key for the server, or nothing."""
    return settings.model_key.get_secret_value() if settings.model_key else ""


def network_options(address: str, settings: Settings) -> dict[str, Any]:
    """Trust our authorities only, ignore the environment, and take no proxy to reach this machine or its network."""
    context = ssl.create_default_context(cafile=str(settings.trusted_authorities))
    proxy = None if is_near(urlsplit(address).hostname or "") else settings.proxy
    return {"verify": context, "trust_env": False, "proxy": proxy}


def is_near(host: str) -> bool:
    """Tell whether a host is this machine or written as a private address."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


def describe(error: Exception) -> str:
    """Say what went wrong in few words."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0] or type(error).__name__


class RemoteChatModel(BaseChatModel):
    """Ask a server; text that could be read as control tokens is taken out first, for servers do not do it.

    Reasoning is never text: it stands in `additional_kwargs["reasoning_content"]` of the chunks that carry it.
    """

    inner: BaseChatModel
    url: str
    name_on_server: str

    @property
    def _llm_type(self) -> str:
        return "footnote-remote"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"url": self.url, "model": self.name_on_server}

    def get_num_tokens(self, text: str) -> int:
        """Estimate: asking the server costs a round trip, and the usual tokenizers of other models are downloads."""
        return -(-len(text.encode()) // BYTES_PER_TOKEN)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> AsyncIterator[ChatGenerationChunk]:
        began = time.monotonic()
        ttft_s: float | None = None
        splitter = ThinkSplitter()
        with self._failures():
            async with aclosing(self._asked(cleaned(messages), stop, options)) as chunks:  # type: ignore[type-var]  # an async generator
                async for chunk in chunks:
                    keep_apart(chunk, splitter)
                    if chunk.text and ttft_s is None:
                        ttft_s = time.monotonic() - began
                    if chunk.generation_info and chunk.generation_info.get("finish_reason"):
                        chunk.generation_info["ttft_s"] = ttft_s
                    if run_manager and chunk.text:
                        await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk

    async def _asked(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncIterator[ChatGenerationChunk]:
        """Ask, and where nothing has come yet and the failure may pass, ask again: nothing shown is said twice."""
        limits = self._limits(options)
        for attempt in range(ATTEMPTS):
            begun = False
            try:
                async with aclosing(self.inner._astream(messages, stop, **limits)) as chunks:  # type: ignore[type-var]  # noqa: SLF001 - as a decorator
                    async for chunk in chunks:
                        begun = True
                        yield chunk
            except Exception as error:
                wait_s = pause_before(error, attempt)
                if begun or wait_s is None:
                    raise
                await asyncio.sleep(wait_s)
            else:
                return

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        with self._failures():
            result = self.inner._generate(cleaned(messages), stop, run_manager, **self._limits(options))  # noqa: SLF001 - as a decorator
        for generation in result.generations:
            splitter = ThinkSplitter()
            pieces = splitter.add(generation.text), splitter.end()
            generation.message.content = generation.text = "".join(answer for _, answer in pieces)
        return result

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **options: Any,  # noqa: ANN401 - the interface's own
    ) -> ChatResult:
        async with aclosing(self._astream(messages, stop, run_manager, **options)) as chunks:  # type: ignore[type-var]  # an async generator
            return await agenerate_from_stream(chunks)

    def _limits(self, options: dict[str, Any]) -> dict[str, Any]:
        """Say the limit in both words: OpenAI's own API knows the newer one only, older servers the other."""
        limit = options.pop("max_tokens", None)
        options.pop("sources", None)  # a server's scores are its own
        if limit is None:
            return options
        if (urlsplit(self.url).hostname or "").endswith("openai.com"):
            return {**options, "max_completion_tokens": limit}
        return {**options, "max_completion_tokens": limit, "extra_body": {"max_tokens": limit}}

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what the client raises into one line that names the server."""
        import openai  # noqa: PLC0415 - loaded only when needed

        try:
            yield
        except openai.APIStatusError as error:
            message = f"{self.url}: the model server answers HTTP {error.status_code} ({describe(error)}); see its log"
            raise ModelUnavailable(message) from error
        except ValueError as error:  # langchain's, for an answer in another shape than OpenAI's
            message = f"{self.url}: the model server answers in an unknown shape ({describe(error)}); correct the URL"
            raise ModelUnavailable(message) from error
        except (openai.OpenAIError, httpx.HTTPError) as error:
            message = f"{self.url}: the model server does not answer ({describe(error)}); {WHAT_TO_DO}"
            raise ModelUnavailable(message) from error


def pause_before(error: Exception, attempt: int) -> float | None:
    """Tell how long to wait before asking again; None where that is of no use, or too long for a turn."""
    import openai  # noqa: PLC0415 - loaded only when needed

    if attempt + 1 >= ATTEMPTS:
        return None
    if isinstance(error, openai.APIStatusError):
        if error.status_code not in PASSING:
            return None
        asked = error.response.headers.get("retry-after", "")
        wait_s = float(asked) if asked.replace(".", "", 1).isdigit() else PAUSE_S * 2**attempt
        return wait_s if wait_s <= LONGEST_PAUSE_S else None
    is_silent = isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)
    return PAUSE_S * 2**attempt if is_silent else None


def keep_apart(chunk: ChatGenerationChunk, splitter: ThinkSplitter) -> None:
    """Move reasoning that stands in the text out of it."""
    message = chunk.message
    if not isinstance(message.content, str):
        return
    reasoning, answer = splitter.add(message.content) if message.content else ("", "")
    if (chunk.generation_info or {}).get("finish_reason"):
        rest = splitter.end()
        reasoning, answer = reasoning + rest[0], answer + rest[1]
    message.content = chunk.text = answer
    if reasoning:
        message.additional_kwargs[REASONING] = message.additional_kwargs.get(REASONING, "") + reasoning


def cleaned(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Copy messages without control tokens."""
    return [message.model_copy(update={"content": strip_control_tokens(str(message.text))}) for message in messages]
