"""files.*: look a file up, and the two-step upload."""

from typing import Any

from bot.demo.slack.errors import SlackError, bad_arguments
from bot.demo.slack.web_api.arguments import Call, Method

Json = dict[str, Any]


async def info(call: Call) -> Json:
    (wanted,) = call.need("file")
    stored = call.ws.files.get(wanted)
    if stored is None:
        raise SlackError("file_not_found")
    return {"file": stored.info, "comments": [], "response_metadata": {"next_cursor": ""}}


async def get_upload_url(call: Call) -> Json:
    """Step one: where to send the bytes."""
    (name, _) = call.need("filename", "length")
    length = call.number("length", 0)
    if length <= 0:
        raise bad_arguments("length must be greater than 0")
    file_id = call.ws.ids.next("F")
    call.ws.uploads[file_id] = {"name": name, "length": length, "received": False}
    return {"upload_url": f"{call.ws.origin}/upload/v1/{file_id}", "file_id": file_id}


async def complete_upload(call: Call) -> Json:
    """Step two: share what was sent, in a channel if one is named. Each file only once."""
    wanted = call.args.get("files")
    if not isinstance(wanted, list) or not wanted:
        raise bad_arguments("missing required field: files")
    infos: list[Json] = []
    for entry in wanted:
        stored = call.ws.files.get(entry.get("id", ""))
        upload = call.ws.uploads.get(entry.get("id", ""), {})
        if stored is None or not upload.get("received"):
            raise SlackError("file_not_found")
        stored.info["title"] = entry.get("title") or stored.info["name"]
        infos.append(stored.info)
    if call.text("channel_id"):
        _share(call, infos)
    for info in infos:
        call.ws.uploads.pop(info["id"], None)
    return {"files": infos}


def _share(call: Call, infos: list[Json]) -> None:
    channel = call.channel("channel_id")
    if not call.ws.world.bot_is_in(channel):
        raise SlackError("not_in_channel")
    thread = call.text("thread_ts") or None
    if thread and call.ws.messages.find(channel.id, thread) is None:
        raise SlackError("thread_not_found")
    call.ws.post(
        call.ws.bot_message(
            channel.id,
            text=call.text("initial_comment"),
            files=infos,
            thread_ts=thread,
            blocks=call.args.get("blocks"),
        )
    )


METHODS: dict[str, Method] = {
    "files.info": info,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
