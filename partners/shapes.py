"""The public shapes of apps and their keys."""

from rest_framework import serializers

from partners.models import ApiKey, Callbacks, Partner, QuitSync, Silence, Status


def app(partner: Partner) -> dict:
    return {
        "app_id": partner.app_id,
        "name": partner.name,
        "version": partner.version,
        "status": partner.status,
        "origins": partner.origins,
        "addresses": partner.addresses,
        "quit_sync": partner.quit_sync,
        "signs_aec": bool(partner.guard_token),
        "agora_app_id": partner.agora_app_id,
        "agora_customer_id": partner.agora_customer_id,
        "agora_api_url": partner.agora_api_url,
        "kicks_at_agora": partner.kicks_at_agora,
        "im_admin": partner.im_admin,
        "created_at": partner.created_at,
        "expires_at": partner.expires_at,
    }


def made(partner: Partner, api_key: str) -> dict:
    secrets = {name: getattr(partner, name) for name in ("usersig_key", "guard_token", "agora_secret")}
    return {**app(partner), "api_key": api_key, **secrets}


def key(row: ApiKey) -> dict:
    return {
        "prefix": row.prefix,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
    }


def callbacks(partner: Partner) -> dict:
    row = Callbacks.objects.filter(partner=partner).first() or Callbacks(partner=partner)
    return {
        "messages": row.messages,
        "permissions": row.permissions,
        "signed": bool(row.token),
        "silence": row.silence,
    }


class CallbacksOut(serializers.Serializer):
    messages = serializers.CharField()
    permissions = serializers.CharField()
    signed = serializers.BooleanField()
    silence = serializers.ChoiceField(choices=Silence)


class AppOut(serializers.Serializer):
    app_id = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()
    status = serializers.ChoiceField(choices=Status)
    origins = serializers.ListField(child=serializers.CharField())
    addresses = serializers.ListField(child=serializers.CharField())
    quit_sync = serializers.ChoiceField(choices=QuitSync)
    signs_aec = serializers.BooleanField(help_text="whether AEC events must be signed")
    agora_app_id = serializers.CharField()
    agora_customer_id = serializers.CharField()
    agora_api_url = serializers.CharField()
    kicks_at_agora = serializers.BooleanField(help_text="whether bans are sent to Agora too")
    im_admin = serializers.CharField(help_text="who may call the IM door")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class AppMade(AppOut):
    """With its secrets, which are shown this once."""

    api_key = serializers.CharField()
    usersig_key = serializers.CharField()
    guard_token = serializers.CharField()
    agora_secret = serializers.CharField()


class KeyOut(serializers.Serializer):
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(allow_null=True)


class KeyMade(KeyOut):
    api_key = serializers.CharField(help_text="shown this once")
