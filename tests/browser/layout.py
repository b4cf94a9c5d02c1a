# SPDX-License-Identifier: GPL-3.0-or-later
"""What a printed page says, and on how many pages."""
import re
import shutil
import subprocess


def printed(path):
    """Pages of a PDF, and its text (None without pdftotext)."""
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))
    text = None
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode("utf-8", "replace")
    return pages, text


def print_complaints(path, pages, words):
    """path: the PDF. pages: from, to. words: what must be there, in this order."""
    count, text = printed(path)
    found = [] if pages[0] <= count <= pages[1] else [f"{path.name}: {count} pages, not {pages[0]} to {pages[1]}"]
    at = 0
    for word in words if text is not None else []:
        next_at = text.find(word, at)
        if next_at < 0:
            found.append(f"{path.name}: not printed, or not in its place: {word!r}")
        else:
            at = next_at
    return found
