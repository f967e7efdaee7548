"""Composes the stores of reports."""

from shared.adapters.clock import SystemClock
from shared.adapters.storage.call_record_tables import CallRecordTables
from shared.ports import Clock, ReportFiles, Table
from shared.service.services import ReportStores
from shared.settings import Settings


def report_stores(settings: Settings, usage: Table, files: ReportFiles, clock: Clock) -> ReportStores:
    """The stores of reports; *usage* has the records of calls and the sums. Links expire by the real time, because the
    storage has no other.
    """
    records = CallRecordTables(usage, clock, settings.records_kept)
    return ReportStores(records, usage, files, SystemClock().now)
