"""What stands at no address of ours."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import NotFound


@extend_schema(exclude=True)
class Nowhere(APIView):
    """Refused in the one shape, whoever asks and by whatever method."""

    authentication_classes = permission_classes = throttle_classes = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound()
