"""The load process: 64 connections on loopback, each sends its next request when the last one was answered, or at its time.

It reads one job as JSON from its input and writes what happened as JSON to its output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench import slack_requests, teams_requests

CONNECTIONS = 64
LONGEST = 60.0  # seconds for one round


@dataclass(frozen=True, slots=True)
class Round:
    """One round: how long it took, each answer's time in milliseconds, and the requests that were not answered as expected."""

    seconds: float
    times: list[float]
    wrong: list[int]

    @property
    def per_second(self) -> float:
        """Acknowledged requests per second."""
        return (len(self.times) - len(self.wrong)) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which this share of the requests was answered."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * share))]


async def send(
    port: int, bodies: Sequence[str], expected: str, *, per_second: float | None = None, tokens: Sequence[str] | None = None
) -> Round:
    """Send the bodies from a process of its own; an answer counts when it is 200 and has the expected text.

    They are sent as Slack sends them, or with a token each as Teams does: as fast as they are answered, or so many a second.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    job = json.dumps({"port": port, "bodies": list(bodies), "expected": expected, "per_second": per_second, "tokens": tokens})
    said, _none = await asyncio.wait_for(process.communicate(job.encode()), LONGEST + 30)
    assert process.returncode == 0, "the load process failed"
    return Round(**json.loads(said))


async def _run(job: dict[str, Any]) -> Round:
    requests = _requests(job["bodies"], job["tokens"])
    expected = job["expected"].encode()
    waiting = iter(range(len(requests)))
    times = [0.0] * len(requests)
    wrong: list[int] = []
    wires = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", job["port"]) for _ in range(CONNECTIONS)))
    began = time.perf_counter()
    pace = 1 / job["per_second"] if job["per_second"] else 0.0

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in waiting:
            sent_at = time.perf_counter()
            if pace:
                await asyncio.sleep((due := began + number * pace) - sent_at)
                sent_at = due  # whoever had to wait for a free connection waited, too
            writer.write(requests[number])
            is_right = await _is_answered(reader, expected)
            times[number] = (time.perf_counter() - sent_at) * 1000
            if not is_right:
                wrong.append(number)

    async with asyncio.timeout(LONGEST):
        await asyncio.gather(*(connection(reader, writer) for reader, writer in wires))
    seconds = time.perf_counter() - began
    for _reader, writer in wires:
        writer.close()
    return Round(seconds, times, wrong)


def _requests(bodies: Sequence[str], tokens: Sequence[str] | None) -> list[bytes]:
    if tokens is None:
        return [slack_requests.request(body) for body in bodies]
    return [teams_requests.request(body, token) for body, token in zip(bodies, tokens, strict=True)]


async def _is_answered(reader: asyncio.StreamReader, expected: bytes) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    answer = await reader.readexactly(length)
    return head.startswith(b"HTTP/1.1 200") and expected in answer


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(json.loads(sys.stdin.read()))))))
