"""How each shape of webhook names, writes, addresses and signs what it sends."""

from partners.models import Shape
from partners.wires.agora import Agora
from partners.wires.im import Im
from partners.wires.standard import Standard
from partners.wires.wire import EVERY, TEST, Message, Wire

WIRES: dict[str, Wire] = {Shape.STANDARD: Standard(), Shape.AGORA: Agora(), Shape.IM: Im()}

__all__ = ["EVERY", "TEST", "WIRES", "Message", "Wire"]
