"""What a lesson's first cell imports from helpers is light."""

import subprocess
import sys

HEAVY = ("aiohttp", "matplotlib", "IPython", "nbformat", "jupytext", "pytest", "numpy")
LOADED = f"""
import sys
from helpers import *
print(*(name for name in {HEAVY} if name in sys.modules))
"""
COST = """
import time
import ipykernel.kernelapp
start = time.process_time()
from helpers import *
print(time.process_time() - start)
"""


def output_of(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_helpers_load_nothing_heavy() -> None:
    assert output_of(LOADED).split() == []


def test_helpers_are_light_where_a_kernel_has_started() -> None:
    """Processor time, the least of three, so that a busy machine makes little difference."""
    assert min(float(output_of(COST)) for _ in range(3)) < 0.150
