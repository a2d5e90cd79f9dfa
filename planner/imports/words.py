"""The sentences of every problem, by code."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """What is wrong, and what cures it. Lazy texts with named places."""

    what: Any
    cure: Any


SAVE_AGAIN = _("Open it in the program that made it, and save it again as .csv (UTF-8) or .xlsx.")

FILE_WORDS: dict[str, Words] = {
    "file_binary": Words(_("This is not a text file and not a workbook."), SAVE_AGAIN),
    "file_changed": Words(_("The file is not there any more."), _("Upload it again.")),
    "file_empty": Words(_("The file has no rows."), _("Put one post into each row under the headers.")),
    "file_encoding": Words(
        _("The letters of the file cannot be read: it is neither UTF-8, UTF-16 nor Windows-1252."), SAVE_AGAIN
    ),
    "file_extension": Words(_("“%(value)s” is not a .csv or .xlsx file."), _("Save it as one of these two.")),
    "file_image": Words(_("This is a picture, whatever its name says."), _("Choose the table of your posts.")),
    "file_nul": Words(_("There is a NUL character in row %(row)d."), SAVE_AGAIN),
    "file_old_workbook": Words(
        _("This is a workbook of the old .xls kind, or one with a password."), _("Save it as .xlsx without a password.")
    ),
    "file_pdf": Words(_("This is a PDF, whatever its name says."), _("Choose the table of your posts.")),
    "file_quote": Words(
        _("In row %(row)d a quotation mark is opened and never closed, or closed in the middle of a cell."),
        _("Put the whole cell into quotation marks, and write each one inside it twice."),
    ),
    "file_too_large": Words(
        _("The file is larger than the %(most)d MB that one import takes."), _("Split it into several files.")
    ),
    "cell_too_long": Words(
        _("A cell in row %(row)d is longer than %(most)d characters."), _("Shorten it, or close its quotation mark.")
    ),
    "row_too_long": Words(
        _("Row %(row)d is longer than %(most)d characters."),
        _("A quotation mark may have been opened and not closed before it; otherwise shorten the row."),
    ),
    "too_many_columns": Words(
        _("Row %(row)d has more than %(most)d columns."), _("Keep the columns that the sample has.")
    ),
    "too_many_lines": Words(_("The file has more than %(most)d lines."), _("Split it into several files.")),
    "too_many_rows": Words(
        _("The file has more than %(most)d rows, blank ones included."),
        _("Delete the blank rows, or split it into several files."),
    ),
    "header_twice": Words(_("The column “%(column)s” is there twice."), _("Keep one of the two.")),
    "header_missing": Words(_("The column “%(column)s” is missing."), _("Add it, or say which of your columns it is.")),
    "header_unknown": Words(
        _("None of the columns is known, so it is unclear what kind of file this is."),
        _("Use the headers of a sample, or say which of your columns is which."),
    ),
    "workbook_damaged": Words(_("The workbook is damaged or cut off."), SAVE_AGAIN),
    "workbook_no_sheet": Words(
        _("The first sheet of the workbook that is shown has no rows."), _("Put your posts into its first sheet.")
    ),
    "workbook_order": Words(_("The rows of the workbook are not in order."), SAVE_AGAIN),
    "workbook_strict": Words(
        _("The workbook is of the kind “Strict Open XML”, which few programs read."),
        _("Save it as an ordinary .xlsx workbook, or as .csv."),
    ),
    "workbook_too_large": Words(
        _("The workbook unpacks to more than is safe to read."), _("Save the sheet as .csv, and upload that.")
    ),
}

# By code, or by the code and what the rules of the networks call it.
ROW_WORDS: dict[str, Words] = {
    "account_ambiguous": Words(
        _("“%(value)s” is the name of %(number)d accounts of %(location)s."),
        _("Name its network in the row as well, or write the account's id."),
    ),
    "account_missing": Words(
        _("The row names no account and no network."), _("Name at least one under “%(columns)s”.")
    ),
    "accounts_gone": Words(
        _("None of the chosen accounts is connected any more."), _("Go back to the columns, and choose others.")
    ),
    "account_unknown": Words(
        _("%(location)s has no account “%(value)s”."), _("Write its name as the Accounts page shows it.")
    ),
    "approver_unknown": Words(
        _("Nobody called “%(value)s” can approve posts of %(location)s."),
        _("Write the name, e-mail or HighLevel id of a member."),
    ),
    "boolean": Words(_("“%(value)s” is neither TRUE nor FALSE."), _("Write TRUE or FALSE, or leave the cell empty.")),
    "cells_too_many": Words(
        _("The row has more cells than there are headers, first “%(value)s”."),
        _("A text with a comma needs quotation marks around it."),
    ),
    "category_unknown": Words(
        _("%(location)s has no category “%(value)s”."), _("Make it in HighLevel first, or leave the cell empty.")
    ),
    "choice": Words(_("“%(value)s” is not one of: %(choices)s."), _("Write one of these words.")),
    "columns_unknown": Words(
        _("Rota does not know %(columns)s, so the row is read without it."),
        _("Write the headers as the sample has them."),
    ),
    "content_missing": Words(_("The row has no text, no media and no link."), _("Write what the post is to say.")),
    "date_ambiguous": Words(
        _("“%(value)s” can be read with the day first or with the month first."),
        _("Say once for the whole file which of the two it is."),
    ),
    "date_not_real": Words(_("There is no such day or time as “%(value)s”."), _("Correct the date.")),
    "date_past": Words(_("%(value)s is in the past."), _("Choose a time to come, or leave the date empty.")),
    "date_unreadable": Words(
        _("“%(value)s” is not a date with a time."), _("Write it like 2027-04-05 10:00 or 2027-04-05T10:00:00Z.")
    ),
    "drive_link": Words(
        _("HighLevel takes no files from Google Drive."), _("Put the file where it can be fetched directly.")
    ),
    "duplicate_row": Words(
        _("The row says the same as row %(first)d, for the same accounts at the same time."), _("Delete one of them.")
    ),
    "formula": Words(
        _("“%(value)s” looks like a formula. It is taken as it stands, not worked out."),
        _("If its result is meant, write that into “%(column)s”."),
    ),
    "formula_failed": Words(
        _("“%(value)s” is what a spreadsheet shows where a formula fails."),
        _("Write into “%(column)s” what is meant."),
    ),
    "header_again": Words(_("The row repeats the headers."), _("Delete it.")),
    "location_ambiguous": Words(
        _("“%(value)s” is the name of %(number)d locations."),
        _("Write the location's id into a column “%(id_column)s”."),
    ),
    "location_beyond_key": Words(
        _("“%(value)s” is not one of the locations that the key is good for."),
        _("Name one of those, or use another key."),
    ),
    "location_contradiction": Words(
        _("“%(id_column)s” and “%(name_column)s” name two different locations."),
        _("Leave one of the two cells empty."),
    ),
    "location_missing": Words(_("The row names no location."), _("Write its id or name under “%(columns)s”.")),
    "location_not_yours": Words(
        _("You may not write posts for %(location)s."), _("Ask a manager of the location for the right to.")
    ),
    "location_unknown": Words(
        _("“%(value)s” is not one of your locations."), _("Check the id or name on the Accounts page.")
    ),
    "media_kinds": Words(
        _("A post takes images, one GIF or videos, not several of these."), _("Keep one kind in the row.")
    ),
    "media_missing": Words(
        _("“%(column)s” is about a file, and the row has none for it."),
        _("Name the file under “%(columns)s”, or leave the cell empty."),
    ),
    "media_not_https": Words(
        _("“%(value)s” is not an https:// address."), _("HighLevel fetches media over https only.")
    ),
    "media_private": Words(
        _("“%(value)s” is not an address on the public internet."), _("Put the file where everybody can fetch it.")
    ),
    "media_several": Words(
        _("“%(value)s” holds several addresses."), _("Put “%(mark)s” between the addresses of a cell.")
    ),
    "media_too_many": Words(_("The row names more than %(most)d files."), _("Take some of them out.")),
    "network_account_ambiguous": Words(
        _("%(location)s has %(number)d accounts on %(network)s."),
        _("Name the one you mean in a column “%(column_of_accounts)s”."),
    ),
    "network_account_missing": Words(
        _("%(location)s has no account on %(network)s."), _("Connect one, or take the network out of the row.")
    ),
    "network_problem": Words("%(sentence)s", _("Change the row so that it fits.")),
    "network_problem:account_expired": Words(
        "%(sentence)s", _("Then have the row checked again, or leave the account out.")
    ),
    "network_unavailable": Words(
        _("HighLevel does not publish to %(network)s."), _("Leave the cells of this network empty.")
    ),
    "network_unknown": Words(_("“%(value)s” is not a network."), _("Write one of: %(choices)s.")),
    "network_unused": Words(
        _("The row does not go to %(network)s, so %(columns)s is not used."),
        _("Name the network in the row, or leave the cells empty."),
    ),
    "network_warning": Words("%(sentence)s", _("Have a look at it before it goes out.")),
    "not_allowed": Words(
        _("Your role in %(location)s lets you hand posts in for approval, not schedule them."),
        _("Name an approver, or leave the date empty."),
    ),
    "number": Words(_("“%(value)s” is not a number."), _("Write a number, or leave the cell empty.")),
    "option_unavailable": Words(_("HighLevel has no setting for “%(column)s”."), _("Leave the cell empty.")),
    "pinterest_board": Words(
        _("HighLevel tells nobody the names of Pinterest boards, so “%(value)s” cannot be found."),
        _("Write the number of the board."),
    ),
    "post_there": Words(
        _("The post for %(accounts)s exists: an earlier import made it before its row failed."),
        _("It is not made again."),
    ),
    "status_without_date": Words(
        _("The row is to be scheduled and has no date."), _("Write a date, or DRAFT into “%(column)s”.")
    ),
    "tag_unknown": Words(_("%(location)s has no tag “%(value)s”."), _("Make it in HighLevel first, or take it out.")),
    "time_skipped": Words(
        _("%(value)s does not exist in %(zone)s: the clocks go forward that night."), _("Write %(next)s or later.")
    ),
    "time_twice": Words(
        _("%(value)s comes twice in %(zone)s, because the clocks go back; the first one is taken."),
        _("Write the date with its offset, like %(second)s, for the second."),
    ),
    "uploader_unmatched": Words(
        _("HighLevel knows whoever uploaded the file as nobody at %(location)s."),
        _("An owner can match them on the page of people."),
    ),
    "url": Words(_("“%(value)s” is not a web address."), _("Write it with https:// in front.")),
}

# Why a row failed after its check had found it ready.
FAILURE_WORDS: dict[str, Words] = {
    "cancelled_before": Words(
        _("The import was cancelled before this row."), _("Upload the failed rows again if they are still wanted.")
    ),
    "first_came_to_nothing": Words(
        _("Another import was making the same post, and it came to nothing."),
        _("Upload the row again if it is still wanted."),
    ),
    "given_up": Words(_("Sending its post was given up."), _("Upload the row again if it is still wanted.")),
    "named_gone": Words(
        _("Something that the row names is gone."), _("Look at its account, category and tags, and upload it again.")
    ),
    "nobody_speaks": Words(
        _("HighLevel knows whoever confirmed the import as nobody at %(location)s."),
        _("An owner can match them on the page of people."),
    ),
    "not_accepted": Words(_("HighLevel did not accept the row."), _("Change it, and upload it again.")),
    "not_sent": Words("%(cause)s", _("Try it again on the Changes page.")),
    "person_gone": Words(_("The person who uploaded the file is gone."), _("Upload the failed rows again.")),
    "post_deleted": Words(_("Its post was deleted."), _("Upload the row again if it is still wanted.")),
    "row_deleted": Words(
        _("The row was deleted in HighLevel's import."), _("Upload the row again if it is still wanted.")
    ),
    "undone": Words(_("The import was undone."), _("Upload the row again if it is still wanted.")),
}
