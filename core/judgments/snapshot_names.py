"""Names that people give to snapshots, in ``labels/snapshots/names.json`` beside the files.

A snapshot is known by its sha256; a name is only a handle, so giving and changing it leaves the snapshot as it is.
"""

from __future__ import annotations

from core.errors import LabelError
from core.files import in_turn, read_json, write_json
from core.object_store import Shared, offer, refresh
from core.workspace import Workspace

NAMES_FILE = "names.json"
LONGEST_NAME = 80
LOCK = ".names.lock"


def snapshot_names(workspace: Workspace) -> dict[str, str]:
    """Return the name of each snapshot that has one, by its full sha256.

    Raises:
        LabelError: the file of the names is damaged.
    """
    path = workspace.snapshots / NAMES_FILE
    if not path.exists():
        return {}
    names = read_json(path, LabelError)
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise LabelError(f"{path}: expected one name for each sha256. Mend or delete the file; no snapshot is lost.")
    return names


def name_snapshot(workspace: Workspace, fingerprint: str, name: str) -> str:
    """Give the snapshot with this sha256 a name, in place of any it has, and return it; an empty one takes it away.

    Raises:
        LabelError: the name is too long, over several lines, or another snapshot's.
    """
    wanted = name.strip()
    if len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise LabelError(f"The name {wanted!r} cannot be used; expected one line of at most {LONGEST_NAME} characters.")
    refresh(workspace, Shared.NAMES)
    with in_turn(workspace.snapshots / LOCK):
        names = snapshot_names(workspace)
        taken = next((sha for sha, other in names.items() if other == wanted and sha != fingerprint), None)
        if taken is not None:
            raise LabelError(f"The name {wanted!r} is that of snapshot {taken[:12]}. Choose another.")
        changed = {sha: other for sha, other in names.items() if sha != fingerprint}
        write_json(workspace.snapshots / NAMES_FILE, changed | ({fingerprint: wanted} if wanted else {}))
    offer(workspace, Shared.NAMES)
    return wanted
