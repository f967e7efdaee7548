"""The function app: builds the app and registers each blueprint; nothing else."""

import azure.functions as func

from functions import (
    accounts,
    calls,
    documents,
    entitlements,
    notices,
    plans,
    post_usage,
    purchases,
    rates,
    recharges,
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
    calls,
    documents,
    entitlements,
    notices,
    plans,
    post_usage,
    purchases,
    rates,
    recharges,
    schedules,
    service_numbers,
    settings,
    stripe_webhook,
    suspense,
    usage,
    wakeups,
):
    app.register_functions(package.blueprint)
