"""The letters that the portal wrote, as they lie in its folder."""

import email
import email.policy


def letters(folder):
    for file in sorted((folder / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        yield message.get_body(("plain",)).get_content()


def newest(folder):
    return list(letters(folder))[-1]
