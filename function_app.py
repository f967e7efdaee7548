"""The function app: builds the app and registers each blueprint; nothing else."""

from shared.wiring.garbage import uncollected

with uncollected():
    import azure.functions as func

    from functions import (
        accounts,
        audits,
        brake,
        calls,
        documents,
        entitlements,
        graph_poller,
        insight,
        notices,
        payment_methods,
        plans,
        post_usage,
        purchases,
        rates,
        recharges,
        reconciliations,
        refunds,
        report_files,
        reports,
        schedules,
        service_numbers,
        settings,
        sqs_bridge,
        stripe_webhook,
        suspense,
        usage,
        usage_files,
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
    graph_poller,
    insight,
    notices,
    payment_methods,
    plans,
    post_usage,
    purchases,
    rates,
    recharges,
    reconciliations,
    refunds,
    report_files,
    reports,
    schedules,
    service_numbers,
    settings,
    sqs_bridge,
    stripe_webhook,
    suspense,
    usage,
    usage_files,
    wakeups,
):
    app.register_functions(package.blueprint)
