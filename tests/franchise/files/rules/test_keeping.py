"""For what a file is kept and what it is called on the screen (I13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.models import MediaType, Purpose, StoredFile
from files.rules.keeping import (
    FileAttached,
    StorageFull,
    check_count,
    check_purpose,
    must_be_free,
    must_fit,
    name_of,
)
from kit.ids import new_id
from kit.refusals import Invalid


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("厨房.JPG", "厨房.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\temp\\menu.php.png", "menu.php.jpg"),
        ("a\nb\u202e.jpg", "ab.jpg"),
        ("", "file.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("CON", "CON.jpg"),
    ],
)
def test_a_name_has_no_path_and_a_true_ending(sent: str, name: str) -> None:
    assert name_of(sent, media_type=MediaType.JPEG) == name


@given(st.text(max_size=400))
def test_any_name_fits_on_one_line(sent: str) -> None:
    name = name_of(sent, media_type=MediaType.PDF)
    assert name.endswith(".pdf") and len(name) <= 200
    assert len(name.splitlines()) == 1 and "/" not in name and "\\" not in name


def test_a_store_s_file_is_no_file_of_the_chain() -> None:
    check_purpose(Purpose.EVIDENCE, is_of_a_store=True)
    check_purpose(Purpose.LESSON, is_of_a_store=False)
    for purpose, is_of_a_store in ((Purpose.EVIDENCE, False), (Purpose.LESSON, True)):
        with pytest.raises(Invalid):
            check_purpose(purpose, is_of_a_store=is_of_a_store)


def test_a_file_belongs_to_one_thing_and_to_what_it_was_sent_in_for() -> None:
    must_be_free(StoredFile(purpose=Purpose.EVIDENCE), Purpose.EVIDENCE, field="x")
    with pytest.raises(Invalid):
        must_be_free(StoredFile(purpose=Purpose.LESSON), Purpose.EVIDENCE, field="x")
    with pytest.raises(FileAttached):
        must_be_free(StoredFile(purpose=Purpose.EVIDENCE, attached_at="now"), Purpose.EVIDENCE, field="x")
    one = new_id()
    for several in ([one, one], [new_id() for _ in range(11)]):
        with pytest.raises(Invalid):
            check_count(several, field="x")


def test_a_full_storage_takes_nothing_more() -> None:
    must_fit(5, stored=5, most=10)
    with pytest.raises(StorageFull):
        must_fit(6, stored=5, most=10)
