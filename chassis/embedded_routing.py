"""The embedded bus, routing: from an exchange's bindings and a routing key to queues, for each type of exchange."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from chassis.embedded_broker import Queue


class _Node:
    __slots__ = ("children", "queues")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.queues: dict[Queue, None] = {}


class TopicIndex:
    """Topic patterns as a tree of words: ``*`` is one word, ``#`` any number of them, none included.

    A tree, because a service binds one pattern per organization and type: thousands on one exchange.
    """

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, pattern: str, queue: Queue) -> None:
        node = self._root
        for word in _words(pattern):
            node = node.children.setdefault(word, _Node())
        node.queues[queue] = None

    def remove(self, pattern: str, queue: Queue) -> None:
        path = [self._root]
        words = _words(pattern)
        for word in words:
            path.append(path[-1].children[word])
        path[-1].queues.pop(queue)
        for parent, word, node in zip(reversed(path[:-1]), reversed(words), reversed(path), strict=False):
            if node.queues or node.children:
                break
            del parent.children[word]

    def match(self, key: str) -> dict[Queue, None]:
        found: dict[Queue, None] = {}
        _collect(self._root, _words(key), 0, found)
        return found


def _words(key: str) -> list[str]:
    return key.split(".") if key else []


def _collect(node: _Node, words: list[str], at: int, found: dict[Queue, None]) -> None:
    if at == len(words):
        found.update(node.queues)
    else:
        for word in (words[at], "*"):
            if (child := node.children.get(word)) is not None:
                _collect(child, words, at + 1, found)
    if (rest := node.children.get("#")) is not None:
        for position in range(at, len(words) + 1):
            _collect(rest, words, position, found)


class DirectIndex:
    """Bindings by the exact routing key."""

    def __init__(self) -> None:
        self._queues: dict[str, dict[Queue, None]] = {}

    def add(self, key: str, queue: Queue) -> None:
        self._queues.setdefault(key, {})[queue] = None

    def remove(self, key: str, queue: Queue) -> None:
        queues = self._queues[key]
        del queues[queue]
        if not queues:
            del self._queues[key]

    def match(self, key: str) -> dict[Queue, None]:
        return self._queues.get(key, {})


class FanoutIndex(DirectIndex):
    """Every bound queue, whatever the key."""

    def match(self, key: str) -> dict[Queue, None]:
        return {queue: None for queues in self._queues.values() for queue in queues}


INDEXES: dict[str, type[DirectIndex] | type[TopicIndex]] = {
    "direct": DirectIndex,
    "topic": TopicIndex,
    "fanout": FanoutIndex,
}
