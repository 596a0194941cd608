"""Lines of a body, however its bytes come in; and an answer that waits for nobody."""

import asyncio
import gzip
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellarhand.http.lines import Answer, Disconnected, Message, lines_of
from cellarhand.record.errors import HouseError

MOST = 12
PACKED = {b"content-encoding": b"gzip"}


async def _read(parts: Sequence[bytes], headers: dict[bytes, bytes], *, whole: bool = True) -> list[Any]:
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b""} if whole else {"type": "http.disconnect"})
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    return [line async for line in lines_of(receive, headers, MOST)]


def _cut(text: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[low:high] for low, high in itertools.pairwise(places)]


texts = st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), max_size=8)
cuts = st.lists(st.integers(0, 500), max_size=6)


@given(texts, cuts, st.booleans(), st.booleans())
async def test_lines_do_not_depend_on_how_their_bytes_come(
    lines: list[bytes], cuts: list[int], ended: bool, packed: bool
) -> None:
    text = b"\n".join(lines) + (b"\n" if ended else b"")
    sent = gzip.compress(text[:9], mtime=0) + gzip.compress(text[9:], mtime=0) if packed else text
    expected = text.split(b"\n")
    expected = expected[:-1] if not expected[-1] else expected
    found = await _read(_cut(sent, cuts), PACKED if packed else {})
    assert found == [line if len(line) <= MOST else None for line in expected]


async def test_a_body_that_breaks_off_is_no_end_of_a_line() -> None:
    with pytest.raises(Disconnected):
        await _read([b"one\n", b"two"], {}, whole=False)


@pytest.mark.parametrize(
    "sent", [b"plain", gzip.compress(b"text", mtime=0)[:-3], gzip.compress(b"a", mtime=0) + b"rest"]
)
async def test_what_can_not_be_unpacked_is_refused(sent: bytes) -> None:
    with pytest.raises(HouseError, match="not valid JSON"):
        await _read([sent], PACKED)


async def test_an_answer_is_made_while_nobody_reads_and_then_read_whole() -> None:
    """More than is kept in memory; in the order in which it was added, with an end."""
    reading, got = asyncio.Event(), list[Message]()

    async def send(message: Message) -> None:
        await reading.wait()
        got.append(message)

    answer = Answer(send)
    parts = [bytes([number % 251]) * 50_000 for number in range(60)]
    for part in parts:
        answer.add(part)
        await asyncio.sleep(0)
    assert got == []
    reading.set()
    await answer.end()
    assert b"".join(message["body"] for message in got) == b"".join(parts)
    assert [bool(message.get("more_body")) for message in got] == [True] * (len(got) - 1) + [False]
