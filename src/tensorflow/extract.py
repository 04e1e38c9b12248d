"""Takes the files that match any of the patterns out of a wheel: extract.py WHEEL FOLDER PATTERN...

Run by install.ts, which has Python at hand for pip anyway. A wheel is a zip file, and zipfile
unpacks in pieces and never outside FOLDER. Each file is synced, so that a folder renamed into
place after this is whole even if the machine stops.
"""

import fnmatch
import os
import sys
import zipfile

wheel, folder, *patterns = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        wanted = any(fnmatch.fnmatchcase(member.filename, pattern) for pattern in patterns)
        if member.is_dir() or not wanted:
            continue
        path = archive.extract(member, folder)
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
        if member.external_attr >> 16 & 0o111:  # zipfile drops the mode; ptxas must stay a program
            os.chmod(path, 0o755)
