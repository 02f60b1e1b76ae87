from django.urls import path

from billing import payments

urlpatterns = [
    path("payments/<slug:provider>/", payments.hear, name="payments"),
    path("wallet/pay/<slug:reference>/", payments.pay, name="pay"),
]
