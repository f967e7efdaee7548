"""The function app: builds the app and registers each blueprint; nothing else."""

import azure.functions as func

from functions import (
    accounts,
    audits,
    brake,
    calls,
    documents,
    entitlements,
    notices,
    payment_methods,
    plans,
    post_usage,
    purchases,
    rates,
    recharges,
    refunds,
    schedules,
    service_numbers,
    settings,
    stripe_webhook,
    suspense,
    usage,
    wakeups,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for package in (
    accounts,
    audits,
    brake,
    calls,
    documents,
    entitlements,
    notices,
    payment_methods,
    plans,
    post_usage,
    purchases,
    rates,
    recharges,
    refunds,
    schedules,
    service_numbers,
    settings,
    stripe_webhook,
    suspense,
    usage,
    wakeups,
):
    app.register_functions(package.blueprint)
