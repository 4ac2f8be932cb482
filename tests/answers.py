"""Reading an answer to its end, however it is sent."""


def whole(response):
    """The bytes of an answer. One that streams is closed as the test client closes it:
    `response.close()` would close the test's own connection to PostgreSQL too."""
    return b"".join(response.streaming_content) if response.streaming else response.content
