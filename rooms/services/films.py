"""Files of recordings: the segments a show leaves, and the films made of them. Nothing here is in a transaction."""

import logging
from pathlib import Path

from django.core.files.storage import Storage, storages

from rooms import folders
from rooms.flows import RecordingState
from rooms.models import Broadcast, Recording

log = logging.getLogger(__name__)
NEEDED = (RecordingState.RECORDING, RecordingState.PROCESSING, RecordingState.FAILED)


def folder(recording: Recording) -> Path:
    """Where the runs of its show lie."""
    return folders.of_show(recording.channel.cid, recording.show_id)


def cellar() -> Storage:
    return storages["recordings"]


def name_of(recording: Recording, ending: str) -> str:
    """Always the same: what a worker left half done is replaced by the next."""
    return f"{recording.channel.cid}/{recording.rid}.{ending}"


def needs(*, show: Broadcast) -> bool:
    """Port `keeps_files`: whether a film is, or may yet be, made of what the show left."""
    return show.recordings.filter(state__in=NEEDED).exists()


def forget(recording: Recording) -> None:
    """The files of a deleted one. What cannot be deleted now is tried again by the beat."""
    try:
        for name in {recording.file.name, recording.poster.name, *(name_of(recording, e) for e in ("mp4", "jpg"))}:
            if name:
                cellar().delete(name)
    except Exception:  # a storage elsewhere fails in its own ways
        log.exception("the files of recording %s could not be deleted", recording.rid)
        return
    Recording.objects.filter(pk=recording.pk).update(file="", poster="", bytes=0)
