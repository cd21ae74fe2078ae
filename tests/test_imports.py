"""What a lesson's first cell imports from helpers is light."""

import subprocess
import sys

HEAVY = ("aiohttp", "matplotlib", "IPython", "nbformat", "jupytext", "pytest", "numpy")
PROBE = f"""
import sys, time
start = time.process_time()
from helpers import *
print(time.process_time() - start)
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_helpers_are_light() -> None:
    """Processor time, the least of three, so that a busy machine makes no difference."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(3)
    ]
    assert min(float(seconds) for seconds, _ in runs) < 0.150
    assert runs[0][1] == "[]"
