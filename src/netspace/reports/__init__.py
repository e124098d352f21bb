"""What a study found, as one HTML page that opens anywhere without a network, and as pictures for papers."""

from netspace.reports.kinds import KINDS, find_kind
from netspace.reports.plotting import plot
from netspace.reports.report import check_writable, write_report
from netspace.reports.verdicts import verdict_sentences

__all__ = ["KINDS", "check_writable", "find_kind", "plot", "verdict_sentences", "write_report"]
