"""What is taken of a file that someone sends: no more than any form here asks for."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

FILE_MOST = 10 * 1024 * 1024  # bytes of one file
BODY_MOST = 3 * FILE_MOST  # beyond, nothing of a request is read


class MeasuredUpload(FileUploadHandler):
    """Stands before Django's own: a file that is too large is read past and kept nowhere.

    The rest of the form still comes, so that its page can say so with every field as it
    was. `request.oversized` names the fields whose file was dropped.
    """

    chunk_size = 64 * 1024

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:
        if content_length > BODY_MOST:
            raise RequestDataTooBig("The body of the request is larger than any form's.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > FILE_MOST:
            request: Any = self.request
            request.oversized = {*getattr(request, "oversized", ()), self.field_name}
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
