"""The files' part of the permission table: who may see what of them (corpus S01)."""

from api.base.permitted import Table, of_type
from members.rules.permissions import Permission

_READ = Permission.READ_FILES
_FIELDS = "id purpose name mediaType byteCount width height storedAt attachedAt storedByName url urlExpiresAt"

FILES: Table = {
    **of_type("StoredFile", _READ, f"{_FIELDS} store"),
    **of_type("ChainFile", _READ, _FIELDS),
    **of_type("FileStorage", _READ, "fileCount byteCount"),
    "Query.storedFiles": _READ,
    "Query.chainFiles": _READ,
    "Query.fileStorage": _READ,
}
