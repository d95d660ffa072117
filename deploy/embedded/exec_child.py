"""Becomes another program: as an unprivileged account, and tied to the life of whoever started it.

Run as a script of the interpreter alone (`python -I exec_child.py ...`), so that it starts in milliseconds.
The tie is set here, after the change of account (which clears it) and in the process itself (a hook between
fork and exec is not safe in a program with threads).

    exec_child.py PARENT_PID SIGNAL UID GID PROGRAM [ARGUMENT ...]

SIGNAL is what the program receives when its parent dies; 0 means that it lives on. UID -1 keeps the account.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, signal_number, uid, gid = (int(each) for each in arguments[:4])
    command = arguments[4:]
    os.umask(0o077)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if signal_number:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "this kernel cannot tie a process to its parent")
        if os.getppid() != parent:  # it died before the tie was made
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
