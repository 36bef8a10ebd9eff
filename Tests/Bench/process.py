"""Running a command and measuring it, in a network namespace of its own."""

import ctypes
import os
import subprocess
import tempfile
import time

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    pass


class Sample:
    """What one run took: seconds of wall clock and CPU, and the memory of its largest process."""

    def __init__(self, wall, cpu, memory):
        self.wall, self.cpu, self.memory = wall, cpu, memory


def new_namespace():
    """Moves this process into a new, empty network namespace; the one before goes with its rules."""
    if libc.unshare(CLONE_NEWNET) != 0:
        raise Failed("unshare: " + os.strerror(ctypes.get_errno()))


def run(*command, expect=0):
    """Runs a command to its end and returns a `Sample`; its output is thrown away."""
    # wait4(2) tells the largest of the command and of all processes that it waited for.
    errors = tempfile.TemporaryFile()
    with open(os.devnull, "w") as nowhere:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=nowhere, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expect:
        errors.seek(0)
        raise Failed(f"{' '.join(command)}: exit {process.returncode}\n"
                     + errors.read().decode(errors="replace"))
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
