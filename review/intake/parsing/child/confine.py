"""What a child may not do: grow, run on, fill the disk, or reach the network."""

import ctypes
import os
import platform
import resource
import signal
import socket
import struct
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_KILL = 0x80000000
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x40000000
_NO_FAMILY = 0xFFFFFFFF

# Beside socket: io_uring makes sockets past any filter; ptrace and its kin reach into other processes of this user.
_CALLS = {
    "x86_64": (0xC000003E, {"socket": 41, "others": (101, 310, 311, 425, 438)}),
    "aarch64": (0xC00000B7, {"socket": 198, "others": (117, 270, 271, 425, 438)}),
}


class NotConfined(Exception):
    """This system would not take the network away, so nothing hostile may be opened on it."""


def confine(
    limits: dict[str, Any], *, memory_bytes: int, ceiling_bytes: int, has_local_sockets: bool = False
) -> None:
    """Bind this process, for good, and all it starts. Raises NotConfined.

    `memory_bytes` holds at once; up to `ceiling_bytes` may be taken back for one command that needs more.
    """
    die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, ceiling_bytes))
    cpu = limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))
    files = limits["open_files"]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    refuse_network(has_local_sockets=has_local_sockets)


def die_with_parent() -> None:
    """Let the kernel end this process when its parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def refuse_network(*, has_local_sockets: bool = False) -> None:
    """Refuse every socket, or all but local ones, here and in whatever is started. Raises NotConfined."""
    try:
        architecture, calls = _CALLS[platform.machine()]
    except KeyError:
        raise NotConfined(f"no filter for {platform.machine()}") from None
    program = _filter(architecture, calls, socket.AF_UNIX if has_local_sockets else _NO_FAMILY)
    libc = ctypes.CDLL(None, use_errno=True)
    lines = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(lines))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(head), 0, 0
    ):
        raise NotConfined(os.strerror(ctypes.get_errno()))
    _prove()


def _filter(architecture: int, calls: dict[str, Any], family: int) -> bytes:
    """A seccomp program: refuse `socket` outside one family, and the other calls; end a foreign architecture."""
    others = calls["others"]
    # jumps count from the line after; every refusal lands on the one line that returns it
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL),
        (_IF_AT_LEAST, len(others) + 3, 0, _X32),
        *((_IF_EQUAL, len(others) - index + 2, 0, number) for index, number in enumerate(others)),
        (_IF_EQUAL, 0, 3, calls["socket"]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_IF_EQUAL, 1, 0, family),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("@HBBI", code, yes, no, value) for code, yes, no, value in lines)


def _prove() -> None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    except OSError:
        return
    raise NotConfined("a socket could still be made")
