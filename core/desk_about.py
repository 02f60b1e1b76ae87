"""What the page of a row shows besides its fields."""

from collections.abc import Callable

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


class WithAbout:
    """Mixed into an admin: above the fields of a row stands what `about` knows of it, in `about_template`."""

    change_form_outer_before_template = "admin/about.html"
    about_template: str
    about: Callable[[Model], dict]

    def render_change_form(
        self, request: HttpRequest, context: dict, *args: object, obj: Model | None = None, **kwargs: object
    ) -> HttpResponse:
        if obj:
            context["about"] = render_to_string(
                self.about_template, {**self.about(obj), "this_page": request.path}, request
            )
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
