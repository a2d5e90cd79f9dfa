"""How much of a file is read at most. They bound memory and time, whatever somebody uploads."""

LARGEST_FILE = 100 * 1024 * 1024  # bytes
MOST_ROWS = 1 << 20  # blank ones too; as many as a sheet can have
MOST_LINES = 5_000_000  # of a text file; a row has several where a cell has line breaks
MOST_COLUMNS = 1_000
MOST_CELLS = 10_000_000  # of a sheet, empty ones too; they take about 7 microseconds each
LONGEST_CELL = 131_072  # characters; the csv module's own limit
LONGEST_RECORD = 1 << 20  # characters of a row, quoted line breaks included
LARGEST_UNPACKED = 1 << 30  # bytes of all parts of a workbook
LARGEST_PART = 2 << 20  # bytes of a part of a workbook that is read as a whole
MOST_PARTS = 2_000
MOST_SWELLING = 250  # times larger unpacked than packed, from SMALL_PART bytes on
SMALL_PART = 1 << 20
