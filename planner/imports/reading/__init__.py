"""Reading .csv and .xlsx in constant memory. Whatever cannot be read raises BadFile before anything is kept."""

from planner.imports.reading.intake import take_in
from planner.imports.reading.limits import LARGEST_FILE
from planner.imports.reading.table import Layout, Record, last_header, records, survey

__all__ = ["LARGEST_FILE", "Layout", "Record", "last_header", "records", "survey", "take_in"]
