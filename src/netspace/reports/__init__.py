"""What a study found, as one HTML page that opens anywhere without a network."""

from netspace.reports.report import write_report

__all__ = ["write_report"]
