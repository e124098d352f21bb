"""What a study found, as one HTML page that opens anywhere without a network."""

from netspace.reports.report import check_writable, write_report
from netspace.reports.verdicts import verdict_sentences

__all__ = ["check_writable", "verdict_sentences", "write_report"]
