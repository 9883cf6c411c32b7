from __future__ import annotations

import pytest
from PIL import Image

from bot.attachments.kinds import FileRefused, Kept, Stopped
from bot.attachments.papers import MOST_PAGES, PAGE_SIDE, Paper, paper_of
from bot.attachments.work import work_on
from tests.drawing import PHRASE, WALLET, grid, page, saved


def pdf(*objects, tail=b""):
    """A PDF written by hand: numbered objects from 1 on, the first being the catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Root 1 0 R /Size %d %s >>\n" % (len(objects) + 1, tail)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def paper(drawn=b"", catalogue=b"", tail=b""):
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R "
        b"/Resources << /Font << /F "
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        stream,
        tail=tail,
    )


def pages(count):
    first, *more = [Image.new("RGB", (20, 20), "white")] * count
    return saved(first, "PDF", save_all=True, append_images=more)


def refusal(content):
    with pytest.raises(FileRefused) as refused:
        Paper(content)
    return refused.value.reason


def test_nothing_that_acts_survives_in_a_paper():
    content = paper(
        b"BT /F 24 Tf 20 100 Td (Invoice 4711) Tj ET",
        b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
    )
    made = work_on(content)
    assert isinstance(made, Kept)
    assert (made.media_type, made.pages) == ("application/pdf", 1)
    assert (made.width, max(made.width, made.height)) == (PAGE_SIDE, PAGE_SIDE)
    for word in (b"JavaScript", b"OpenAction", b"4711", b"Helvetica"):
        assert word not in made.content
    assert len(list(Paper(made.content).pictures())) == 1


def test_a_phrase_in_the_words_of_a_paper_is_stopped_even_where_nobody_sees_it():
    hidden = b"BT 3 Tr /F 8 Tf 20 100 Td (%s) Tj ET" % " ".join(PHRASE).encode()
    assert work_on(paper(hidden)) == Stopped(("seed_phrase",))


def test_a_phrase_on_the_second_page_is_stopped():
    content = paper_of([page(WALLET), grid(PHRASE, 2)])
    assert work_on(content) == Stopped(("seed_phrase",))


def test_a_paper_behind_a_password_is_refused():
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % (
        b"11" * 32,
        b"22" * 32,
    )
    assert refusal(paper(tail=lock)) == "encrypted"


def test_twenty_pages_are_read_and_more_are_not():
    assert len(list(Paper(pages(MOST_PAGES)).pictures())) == MOST_PAGES
    assert refusal(pages(MOST_PAGES + 1)) == "pages"
    assert refusal(pages(500)) == "pages"


def test_a_page_as_large_as_a_house_is_drawn_as_small_as_any():
    huge = paper().replace(b"[0 0 300 200]", b"[0 0 99999 999]")
    (picture,) = Paper(huge).pictures()
    assert max(picture.size) <= PAGE_SIDE + 1


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + bytes(500), paper()[:120]])
def test_a_broken_paper_is_refused(content):
    assert refusal(content) == "damaged"
