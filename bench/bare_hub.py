"""The least that any hub in this language could do: `python -m bench.bare_hub PORT FOLDER`.

It receives what has arrived, writes a file each, flushes once and answers: no parsing, no check, no hash, no record, no
temporary name, no database. What our hub does besides is the difference between the two.
"""

import os
import sys
from pathlib import Path

import zmq

from services.core.media import FileSystemFlush

GROUP_MESSAGES = 64


def serve(port: int, folder: Path) -> None:
    """Serves until it is killed."""
    folder.mkdir(parents=True)
    flush = FileSystemFlush(folder)
    router: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.ROUTER)
    router.bind(f"tcp://127.0.0.1:{port}")
    count = 0
    while True:
        router.poll()
        group = received(router)
        for number, (_, _, _, picture) in enumerate(group, count):
            descriptor = os.open(folder / f"{number:08d}.jpg", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            os.write(descriptor, picture)
            os.close(descriptor)
        count += len(group)
        flush()
        for identity, empty, _, _ in group:
            router.send_multipart([identity, empty, b"OK"])


def received(router: "zmq.Socket[bytes]") -> list[list[bytes]]:
    """All that has arrived: identity, empty frame, header, picture."""
    group: list[list[bytes]] = []
    while len(group) < GROUP_MESSAGES and router.poll(0):
        group.append(router.recv_multipart())
    return group


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
