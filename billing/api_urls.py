from django.urls import path

from billing.api import gifts, payouts, transfers, wallet

urlpatterns = [
    path("wallet/", wallet.Wallet.as_view(), name="wallet"),
    path("wallet/redeem/", wallet.Redeem.as_view(), name="redeem"),
    path("wallet/purchases/", wallet.Purchases.as_view(), name="purchases"),
    path("transfers/", transfers.Transfers.as_view(), name="transfers"),
    path("transfers/export/", transfers.Export.as_view(), name="transfers-export"),
    path("gifts/", gifts.Gifts.as_view(), name="gifts"),
    path("payouts/", payouts.Payouts.as_view(), name="payouts"),
]
