"""Files: the object Slack shows, the bytes behind it, and where both are kept."""

from pathlib import PurePath
from typing import Any

from bot.demo.slack.workspace import StoredFile, Workspace

Json = dict[str, Any]

_MIME = {
    "csv": "text/csv",
    "txt": "text/plain",
    "json": "application/json",
    "png": "image/png",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_object(ws: Workspace, file_id: str, user: str, name: str, size: int) -> Json:
    """The keys a bot may rely on."""
    kind = PurePath(name).suffix.lstrip(".").lower() or "text"
    url = f"{ws.origin}/files-pri/{ws.world.team_id}-{file_id}"
    now = int(ws.clock.epoch())
    return {
        "id": file_id,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": name,
        "mimetype": _MIME.get(kind, "application/octet-stream"),
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "username": "",
        "editable": False,
        "size": size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "url_private": f"{url}/{name}",
        "url_private_download": f"{url}/download/{name}",
        "permalink": f"{ws.origin}/files/{user}/{file_id}/{name}",
        "permalink_public": f"{ws.origin}/files-public/{file_id}",
        "has_rich_preview": False,
    }


def store_file(
    ws: Workspace, user: str, name: str, content: bytes, file_id: str = ""
) -> StoredFile:
    """Keep the bytes under a new id, or under one that was handed out before."""
    file_id = file_id or ws.ids.next("F")
    stored = StoredFile(file_object(ws, file_id, user, name, len(content)), content)
    ws.files[file_id] = stored
    return stored
