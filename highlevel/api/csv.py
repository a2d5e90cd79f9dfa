"""HighLevel's own CSV imports: upload, set accounts, look, finalise, delete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Annotated, Any

from highlevel.api.network_details import GoogleDetails, TiktokDetails
from highlevel.api.paging import Page, walk
from highlevel.api.payload import Keys, Payload
from highlevel.api.resource import Answer, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedCsv(Payload):
    """A file that HighLevel has read; these values go into `set_accounts`."""

    file_path: str
    rows_count: int
    file_name: str
    file_size: int | None = None
    csv_file_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvImport(Payload):
    """One import. `status`: pending, in_progress, importing, in_review, completed, failed, deleted."""

    id: Annotated[str | None, Keys("id", "_id")] = None
    location_id: str | None = None
    file_name: str | None = None
    account_ids: tuple[str, ...] = ()
    file: str | None = None
    status: str | None = None
    count: int | None = None
    created_by: str | None = None
    trace_id: str | None = None
    origin_id: str | None = None
    approver: str | None = None
    csv_file_type: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMedia(Payload):
    """One media file of a row, with an error word for each network that would refuse it."""

    url: str | None = None
    type: str | None = None
    size: float | None = None
    width: float | None = None
    height: float | None = None
    duration: float | None = None
    error: str | None = None
    instagram_error: str | None = None
    gmb_error: str | None = None
    facebook_error: str | None = None
    linkedin_error: str | None = None
    twitter_error: str | None = None
    tiktok_error: str | None = None
    tiktok_business_error: str | None = None
    invalid_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvRow(Payload):
    """One row. `schedule_date` is kept as HighLevel writes it: its zone is not said. The id is not documented."""

    id: Annotated[str | None, Keys("_id", "id")] = None
    account_ids: tuple[str, ...] = ()
    link: dict[str, Any] | None = None
    medias: tuple[CsvMedia, ...] = ()
    schedule_date: str | None = None
    summary: str | None = None
    follow_up_comment: str | None = None
    type: str | None = None
    status: str | None = None
    error_message: str | None = None
    csv_file_type: str | None = None
    updated_at: datetime | None = None
    tiktok: Annotated[TiktokDetails | None, Keys("tiktokPostDetails")] = None
    google: Annotated[GoogleDetails | None, Keys("gmbPostDetails")] = None


@dataclass(frozen=True, slots=True)
class CsvDetail:
    """An import and some of its rows."""

    csv: CsvImport | None
    rows: Page[CsvRow]


class Csv(Resource):
    """CSV imports of the client's location."""

    def upload(self, *, file_name: str, content: bytes | IO[bytes], content_type: str = "text/csv") -> UploadedCsv:
        """Upload a file. Raises Rejected, whose `remote_code` names what is wrong with it."""
        return self._call(
            "upload-csv",
            lambda answer: answer.one(UploadedCsv),
            files={"file": (file_name, content, content_type)},
        )

    def set_accounts(
        self,
        *,
        uploaded: UploadedCsv,
        account_ids: Sequence[str],
        user_id: str,
        approver: str | None = None,
    ) -> str | None:
        """Start the import of an uploaded file; its id, or None from servers that only show it in the list."""
        return self._call(
            "set-accounts",
            lambda answer: answer.text("csvId"),
            body={
                "accountIds": list(account_ids),
                "filePath": uploaded.file_path,
                "rowsCount": uploaded.rows_count,
                "fileName": uploaded.file_name,
                "userId": user_id,
                "approver": approver,
                "csvFileType": uploaded.csv_file_type,
            },
        )

    def list_page(
        self,
        *,
        user_id: str,
        skip: int = 0,
        limit: int = 100,
        include_users: bool | None = None,
        is_from_template: bool | None = None,
    ) -> Page[CsvImport]:
        """One page of imports."""
        return self._call(
            "get-upload-status",
            lambda answer: answer.page(CsvImport, "csvs", skip=skip, limit=limit),
            query={
                "userId": user_id,
                "skip": skip,
                "limit": limit,
                "includeUsers": include_users,
                "isFromTemplate": is_from_template,
            },
        )

    def iter(self, *, user_id: str, page_size: int = 100) -> Iterator[CsvImport]:
        """Every import once."""
        pages = walk(
            lambda skip, limit: self.list_page(user_id=user_id, skip=skip, limit=limit),
            page_size=page_size,
            identity=lambda row: row.id,
            operation="get-upload-status",
        )
        return (row for page in pages for row in page.rows)

    def get(self, *, csv_id: str, skip: int = 0, limit: int = 100) -> CsvDetail:
        """An import with one page of its rows. Raises NotFound."""

        def read(answer: Answer) -> CsvDetail:
            return CsvDetail(answer.maybe(CsvImport, "csv"), answer.page(CsvRow, "posts", skip=skip, limit=limit))

        return self._call("get-csv-post", read, path={"id": csv_id}, query={"skip": skip, "limit": limit})

    def iter_rows(self, *, csv_id: str, page_size: int = 100) -> Iterator[CsvRow]:
        """Every row of an import once."""
        pages = walk(
            lambda skip, limit: self.get(csv_id=csv_id, skip=skip, limit=limit).rows,
            page_size=page_size,
            identity=lambda row: row.id or repr(sorted(row.raw.items())),
            operation="get-csv-post",
        )
        return (row for page in pages for row in page.rows)

    def finalize(self, *, csv_id: str, user_id: str) -> None:
        """Turn the accepted rows into posts."""
        self._call("start-csv-finalize", lambda answer: None, path={"id": csv_id}, body={"userId": user_id})

    def delete(self, *, csv_id: str) -> CsvImport | None:
        """Delete an import; what HighLevel shows of it. Raises NotFound when it is gone."""
        return self._call("delete-csv", lambda answer: answer.maybe(CsvImport, "csv"), path={"id": csv_id})

    def delete_row(self, *, csv_id: str, post_id: str) -> CsvImport | None:
        """Delete one row of an import. Raises NotFound when it is gone."""
        return self._call(
            "delete-csv-post",
            lambda answer: answer.maybe(CsvImport, "csv"),
            path={"csvId": csv_id, "postId": post_id},
        )
