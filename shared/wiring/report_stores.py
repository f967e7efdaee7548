"""Composes the stores of reports."""

from shared.adapters.clock import SystemClock
from shared.ports import CallRecords, ReportFiles, Table
from shared.posting.ledger import Ledger
from shared.service.services import ReportStores
from shared.use_cases.usage.current_calls import CurrentCalls


def report_stores(records: CallRecords, ledger: Ledger, usage: Table, files: ReportFiles) -> ReportStores:
    """The stores of reports; *usage* has the sums, and the *records* of calls. Links expire by the real time, because
    the storage has no other.
    """
    return ReportStores(CurrentCalls(records, ledger.store_records), usage, files, SystemClock().now)
