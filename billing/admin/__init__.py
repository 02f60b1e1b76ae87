"""The staff pages of money: a file for each desk."""

from billing.admin import (  # noqa: F401 (registers)
    accounts,
    audits,
    codes,
    gifts,
    minutes,
    packs,
    payouts,
    prices,
    transfers,
    unsettled,
)
