import pytest

from services.ftp.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "a.txt", Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n", "a", Kind.PICTURE),
        (b"RIFF\0\0\0\0WEBP", "a", Kind.PICTURE),
        (b"RIFF\0\0\0\0AVI ", "a", Kind.FILM),
        (b"RIFF\0\0\0\0WAVE", "a.wav", Kind.OTHER),
        (b"\0\0\0\x18ftypmp42", "a", Kind.FILM),
        (b"\x1aE\xdf\xa3", "a.mkv", Kind.FILM),
        (b"\0\0\0\x01\x67", "a.264", Kind.FILM),
        (b"\0\0\0\x01\x67", "a.bin", Kind.OTHER),
        (b"BMW", "a.txt", Kind.OTHER),
        (b"", "a.jpg", Kind.OTHER),
    ],
)
def test_a_file_is_what_is_in_it(head: bytes, name: str, kind: Kind) -> None:
    assert kind_of(head, name) is kind
