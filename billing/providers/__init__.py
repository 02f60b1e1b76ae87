"""Who takes payments: one class each, behind billing.services.purchases.Provider."""
