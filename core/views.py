import mimetypes
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_GET, require_POST
from django.views.i18n import JavaScriptCatalog

from core import letters, services
from core.context import THEMES
from core.dashboard import person_named
from core.errors import NotAllowed
from core.forms import PreferencesForm, ProfileForm
from core.preferences import remember_language, remember_theme


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    form = ProfileForm(
        request.POST or None,
        request.FILES or None,
        initial={"nick": user.nick, "language": user.language or translation.get_language()},
    )
    if form.is_valid() and form.submit(services.save_profile, actor=user, **form.cleaned_data):
        with translation.override(user.language):
            messages.success(request, _("Your profile is saved."))
        return remember_language(redirect("profile"), user.language)
    user.refresh_from_db()
    return render(request, "core/profile.html", {"form": form, "themes": ("auto", *THEMES)})


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and theme, for guests too: cookies, and the person's own row for the language."""
    form = PreferencesForm(request.POST)
    form.is_valid()
    response = HttpResponseRedirect(_back(request))
    if theme := form.cleaned_data.get("theme"):
        remember_theme(response, theme)
    if language := form.cleaned_data.get("language"):
        remember_language(response, language)
        if request.user.is_authenticated:
            services.save_language(actor=request.user, language=language)
    return response


@require_POST
@login_required
def letters_read(request: HttpRequest) -> HttpResponse:
    letters.read(actor=request.user)
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    there = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return there if ours else "/"


def admin_login(request: HttpRequest) -> HttpResponse:
    """Staff sign in where everybody does, second step included."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise NotAllowed()
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))


@require_GET
def find_person(request: HttpRequest) -> HttpResponse:
    """Staff's quick way: straight to the page of whoever is called so, else to the list of those who come near."""
    asked = request.GET.get("q", "")
    there = person_named(asked)
    if there:
        return redirect("admin:core_user_change", there.pk)
    return redirect(reverse("admin:core_user_changelist") + "?" + urlencode({"q": asked}))


@require_GET
@cache_control(public=True, max_age=31_536_000, immutable=True)
def media(request: HttpRequest, path: str) -> HttpResponse:
    """Pictures that people gave us. Their names are random and never used twice."""
    try:
        with default_storage.open(path) as file:
            content = file.read()
    except (OSError, SuspiciousFileOperation, ValueError):
        raise Http404 from None
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return HttpResponse(content, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})


class Catalog(JavaScriptCatalog):
    """Only our own words: those of other packages are for their own pages."""

    packages = ["ours"]

    def get_paths(self, packages: list[str]) -> list[str]:
        return [str(path) for path in settings.LOCALE_PATHS]


@require_GET
@conditional_page
@cache_control(public=True, max_age=600)
def catalog(request: HttpRequest, language: str) -> HttpResponse:
    """gettext() for our scripts. The language stands in the address, so that it may be cached."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        return Catalog.as_view()(request)
