"""`/usr/bin/python3 rtsp_server.py PORT FILM`: Debian's RTSP server, for tests. Its bindings are the system's own."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PIPE = (
    '( filesrc location="{film}" ! qtdemux name=film '
    "film.video_0 ! queue ! rtph264pay name=pay0 pt=96 config-interval=-1 "
    "film.audio_0 ! queue ! rtpmp4gpay name=pay1 pt=97 )"
)

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(PIPE.format(film=sys.argv[2]))
server.get_mount_points().add_factory("/film", factory)
server.attach(None)
GLib.MainLoop().run()
