"""Names and connections that are made up: no test of the guard may open a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import httpcore

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nHello there"


class FakeNames:
    """Resolve from a table, in which each name has an answer for each time; all other names lead to loopback."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.asked: list[str] = []
        self._answers = {name: list(turns) for name, turns in answers.items()}

    @classmethod
    def of(cls, name: str, *turns: Sequence[str]) -> FakeNames:
        return cls(**{name: turns})

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        turns = self._answers.get(host.rstrip("."), [[host if host[:1].isdigit() or ":" in host else "127.0.0.1"]])
        return turns.pop(0) if len(turns) > 1 else turns[0]


class FakeDialler(httpcore.AsyncNetworkBackend):
    """Note each address that is dialled, and play a server that answers what `respond` makes of the request."""

    def __init__(self, respond: Callable[[str], bytes] = lambda _: PAGE, *, dead: Iterable[str] = ()) -> None:
        self.dialled: list[str] = []
        self.tls_names: list[str | None] = []
        self._respond = respond
        self._dead = frozenset(dead)

    async def connect_tcp(self, host: str, port: int, *args: object, **kwargs: object) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host in self._dead:
            message = f"{host} does not answer"
            raise httpcore.ConnectError(message)
        return FakeStream(self._respond, self.tls_names)

    async def sleep(self, seconds: float) -> None:
        """Nothing to wait for."""


class FakeStream(httpcore.AsyncNetworkStream):
    """A connection to a made-up server."""

    def __init__(self, respond: Callable[[str], bytes], tls_names: list[str | None]) -> None:
        self._respond = respond
        self._tls_names = tls_names
        self._sent = b""
        self._answer = b""

    async def write(self, buffer: bytes, *args: object, **kwargs: object) -> None:
        self._sent += buffer
        if self._sent.endswith(b"\r\n\r\n"):
            self._answer, self._sent = self._respond(self._sent.decode()), b""

    async def read(self, max_bytes: int, *args: object, **kwargs: object) -> bytes:
        piece, self._answer = self._answer[:max_bytes], self._answer[max_bytes:]
        return piece

    async def start_tls(
        self, ssl_context: object, server_hostname: str | None = None, *args: object, **kwargs: object
    ) -> httpcore.AsyncNetworkStream:
        self._tls_names.append(server_hostname)
        return self

    async def aclose(self) -> None:
        """Nothing to close."""

    def get_extra_info(self, info: str) -> object:
        return None


def redirect(location: str, status: int = 302) -> bytes:
    """Write a redirect as a server sends it."""
    return f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
