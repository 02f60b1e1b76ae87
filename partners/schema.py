"""How the OpenAPI page names what a caller signs in with."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class Bearer(OpenApiAuthenticationExtension):
    target_class = "partners.auth.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An app's key (with X-User to act for one), or a UserSig",
        }
