from django.urls import path, re_path

from rooms import replays, thumbs, views, whip
from rooms.hls import views as hls

FILE = r"(?P<name>init\.mp4|[0-9]{1,12}\.m4s)"
SHOW = r"^hls/(?P<cid>[0-9a-z]{1,16})/(?P<show>[0-9]{1,18})/"
SEGMENT = rf"{SHOW}(?P<run>[0-9]{{1,9}})/{FILE}$"

urlpatterns = [
    path("", views.lobby, name="lobby"),
    path("c/<str:cid>/", views.watch, name="watch"),
    path("thumbs/<str:cid>.jpg", thumbs.thumbnail, name="thumbnail"),
    path("hls/<str:cid>/index.m3u8", hls.playlist, name="hls"),
    path("hls/<str:cid>/pass", hls.give_pass),
    re_path(rf"{SHOW}live\.m3u8$", hls.shared),
    re_path(SEGMENT, hls.segment),
    path("c/<str:cid>/shows/", replays.past, name="past_shows"),
    path("replay/<str:rid>/", replays.replay, name="replay"),
    path("replay/<str:rid>/film.mp4", replays.film, name="replay_film"),
    path("replay/<str:rid>/poster.jpg", replays.poster, name="replay_poster"),
    path("replay/<str:rid>/delete/", replays.delete, name="replay_delete"),
    path("replay/<str:rid>/retry/", replays.retry, name="replay_retry"),
    path("studio/", views.channels, name="channels"),
    path("studio/new/", views.new, name="channel_new"),
    path("studio/<str:cid>/", views.studio, name="studio"),
    path("studio/<str:cid>/settings/", views.settings, name="channel_settings"),
    path("studio/<str:cid>/recordings/", replays.desk, name="channel_recordings"),
    path("studio/<str:cid>/uploaders/", views.uploaders, name="channel_uploaders"),
    path("studio/<str:cid>/members/", views.members, name="channel_members"),
    path("studio/<str:cid>/close/", views.act, {"verb": "close"}, name="channel_close"),
    path("studio/<str:cid>/reopen/", views.act, {"verb": "reopen"}, name="channel_reopen"),
    path("studio/<str:cid>/delete/", views.act, {"verb": "delete"}, name="channel_delete"),
    path("whip/<str:cid>", whip.endpoint, name="whip"),
    path("whip/<str:cid>/<str:connection>", whip.session, name="whip_session"),
]
