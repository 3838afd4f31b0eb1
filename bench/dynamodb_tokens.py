"""DynamoDB's expressions as tokens, and a reader that takes one after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),]|[#:\w.]+)")
T = TypeVar("T")


def tokens_of(expression: str) -> list[str]:
    """Words and signs."""
    tokens, place = [], 0
    while expression[place:].strip():
        found = TOKEN.match(expression, place)
        if not found:
            raise SyntaxError(f"{expression}: {expression[place:]} is not understood")
        tokens.append(found[1])
        place = found.end()
    return tokens


class Reader:
    """Tokens, taken one after the other."""

    def __init__(self, tokens: list[str]) -> None:
        """At the first of them."""
        self._tokens, self._place = tokens, 0

    @property
    def done(self) -> bool:
        """Whether all of them are taken."""
        return self._place == len(self._tokens)

    def take(self) -> str:
        """The next one."""
        if self.done:
            raise SyntaxError(f"{' '.join(self._tokens)}: something is missing at the end")
        self._place += 1
        return self._tokens[self._place - 1]

    def skip(self, token: str) -> bool:
        """Takes the next one if it is this one."""
        found = not self.done and self._tokens[self._place] == token
        self._place += found
        return found

    def expect(self, token: str) -> None:
        """Takes this one."""
        if not self.skip(token):
            raise SyntaxError(f"{' '.join(self._tokens)}: {token} is missing at token {self._place}")

    def end(self) -> None:
        """There is nothing left."""
        if not self.done:
            raise SyntaxError(f"{' '.join(self._tokens)}: {self.take()} is not understood")

    def arguments(self) -> list[str]:
        """What is listed up to the closing bracket."""
        words = [self.take()]
        while self.skip(","):
            words.append(self.take())
        self.expect(")")
        return words

    def listed(self, read: Callable[[Reader], T], until: tuple[str, ...]) -> list[T]:
        """What is listed up to one of these words, or the end."""
        found = [read(self)]
        while self.skip(","):
            found.append(read(self))
        if not self.done and self._tokens[self._place] not in until:
            self.end()
        return found
