"""LibreOffice as a command: a Word file in, a PDF out, alone with its own profile."""

import functools
import os
import resource
import shutil
import subprocess
from pathlib import Path

from review.intake.parsing.types import Limits

from .progress import Progress
from .scratch import make_scratch


@functools.cache
def soffice() -> str | None:
    """Where the command is, if it is installed."""
    return shutil.which("soffice")


def convert_to_pdf(data: bytes, limits: Limits, progress: Progress) -> bytes | None:
    """A Word file as a PDF; None when LibreOffice fails or takes too long."""
    command = soffice()
    assert command is not None
    folder = make_scratch()
    source, profile = folder / "document.docx", folder / "profile"
    source.write_bytes(data)
    try:
        subprocess.run(
            [
                command,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--norestore",
                "--nolockcheck",
                "--nodefault",
                "--nofirststartwizard",
                "--convert-to",
                "pdf:writer_pdf_Export",
                "--outdir",
                str(folder),
                str(source),
            ],
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.command_seconds,
            check=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limits.office_memory_bytes,) * 2),
        )
        progress.step()
        return source.with_suffix(".pdf").read_bytes()
    except (subprocess.SubprocessError, OSError):
        return None


def _environment(folder: Path) -> dict[str, str]:
    path = os.environ.get("PATH", os.defpath)
    return {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "PATH": path}
