"""Composes the stores of reports."""

from shared.adapters.storage.call_record_tables import CallRecordTables
from shared.ports import Clock, Table
from shared.service.services import ReportStores
from shared.settings import Settings


def report_stores(settings: Settings, usage: Table, clock: Clock) -> ReportStores:
    """The stores of reports; *usage* has the records of calls and the sums."""
    return ReportStores(CallRecordTables(usage, clock, settings.records_kept), usage)
