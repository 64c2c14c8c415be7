"""Memory that was needed for a moment goes back to the system."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOLDS = """
import ctypes, sys
from services.look.memory import give_back_early
if sys.argv[1] == "early":
    assert give_back_early()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
for size in (16, 8, 4):
    piece = libc.malloc(size * 1024 * 1024)
    libc.memset(piece, 1, size * 1024 * 1024)
    libc.free(piece)
held = libc.malloc(4 * 1024 * 1024)
libc.memset(held, 1, 4 * 1024 * 1024)
with open("/proc/self/maps") as maps:
    heap = next(line.split()[0].split("-") for line in maps if "[heap]" in line)
print(int(heap[0], 16) <= held < int(heap[1], 16))
"""


@pytest.mark.parametrize(("when", "in_heap"), [("early", "False"), ("late", "True")])
def test_a_large_piece_has_a_place_of_its_own_that_goes_back(when: str, in_heap: str) -> None:
    said = subprocess.run([sys.executable, "-c", HOLDS, when], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == in_heap
