"""Runs a command that ends with its parent: `python leash.py PARENT IDENTITY COMMAND ...`, by path, no other import.

On Linux the kernel sends SIGTERM to the command when the parent dies, however it died; elsewhere it is a plain exec.
IDENTITY is `-`, or `uid:gid` to give up root for.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

parent, identity, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
if identity != "-":
    uid, gid = (int(part) for part in identity.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
os.execvp(command[0], command)  # noqa: S606
