from django.urls import path

from billing.consumers import MeConsumer
from chat.consumers import ChatConsumer
from core.consumers import UnknownSocket
from rooms.consumers.room import RoomConsumer

socket_urlpatterns = [
    path("ws/chat/<str:gid>/", ChatConsumer.as_asgi()),
    path("ws/rooms/<str:cid>/", RoomConsumer.as_asgi()),
    path("ws/me/", MeConsumer.as_asgi()),
    path("<path:anything>", UnknownSocket.as_asgi()),
    path("", UnknownSocket.as_asgi()),
]
