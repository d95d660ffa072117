"""Words of an HTML mail that are styled not to be seen are told, and stay in its text."""

import time

import pytest

from review.intake.parsing import ParsedDocument, parse
from review.intake.parsing.child.html_text import text_of_html

from . import authored

SECRET = "Nobody sees these words"


def unseen(path, html: str) -> list[tuple[str, str]]:
    message = authored.mail(path)
    message.set_content(
        f"<html><body><p>The rent is due.</p>{html}<p>Yours, Ann</p></body></html>", subtype="html"
    )
    path.write_bytes(message.as_bytes())
    parsed = parse(path, path.name)
    assert isinstance(parsed, ParsedDocument), parsed
    assert "\ufdd0" not in parsed.content
    assert parsed.content.endswith("Yours, Ann")
    assert all(each.page == 1 for each in parsed.unseen)
    return [(each.kind, parsed.content[each.start : each.end]) for each in parsed.unseen]


@pytest.mark.parametrize(
    ("kind", "style"),
    [
        ("hidden", "display:none"),
        ("hidden", "Display : NONE !important; display:block"),
        ("hidden", "visibility: hidden"),
        ("hidden", "mso-hide:all"),
        ("hidden", "opacity:0.0"),
        ("tiny", "font-size:0"),
        ("tiny", "font-size:1px;line-height:1px"),
        ("tiny", "font-size: .1em"),
        ("white", "color:#fff"),
        ("white", "color: rgb(255, 255, 255)"),
        ("white", "color:White"),
        ("white", "color:#fefefe;background:white"),
    ],
)
@pytest.mark.parametrize(
    "wrap", ["<p style='{}'>{}</p>", "<div style='{}'><b><i>{}</i></b></div>", "a <span style='{}'>{}</span>"]
)
def test_what_is_styled_not_to_be_seen_is_told_with_its_words(tmp_path, kind, style, wrap) -> None:
    assert unseen(tmp_path / "a.eml", wrap.format(style, SECRET)) == [(kind, SECRET)]


@pytest.mark.parametrize(
    "html",
    [
        f"<p hidden>{SECRET}</p>",
        f"<div style='display:none'><p style='display:block;visibility:visible'>{SECRET}</div>",
        f"<div style='display:none'/>{SECRET}</div>",
        f"<ul><li style='display:none'>{SECRET}<li>Seen</ul>",
        "<p style='display:none'>Nobody sees <b>these</b> words<p>Seen",
        "<p style='display:none'>Nobody sees\ufdd3 these words</p>",
        f"<font color='#ffffff'>{SECRET}</font>",
    ],
)
def test_however_it_is_written(tmp_path, html) -> None:
    ((kind, words),) = unseen(tmp_path / "a.eml", html)
    assert (kind in {"hidden", "white"}, words) == (True, SECRET)


@pytest.mark.parametrize(
    "html",
    [
        "<p style='display:block;font-size:9px;color:#333'>Plain words</p>",
        "<table bgcolor='#003366'><tr><td style='color:#fff'>White on blue</td></tr></table>",
        "<div style='background:#000'><p style='color:white'>White on black</p></div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>Seen all the same</p></div>",
        "<div style='font-size:0'><span style='font-size:12px'>Seen all the same</span></div>",
        "<p style='display:none'>&nbsp;<br></p>After it",
        "<p style='opacity:0.4'>Half transparent</p>",
        "<img style='display:none'>After a picture",
        "</div></p></table>After ends without a beginning",
    ],
)
def test_what_people_see_is_nothing_to_warn_of(tmp_path, html) -> None:
    assert unseen(tmp_path / "a.eml", html) == []


def test_a_page_of_open_elements_takes_time_in_proportion_to_its_length() -> None:
    def seconds(times: int) -> float:
        html = "<div style='color:#fff'>word</b>" * times
        begun = time.process_time()
        text_of_html(html)
        return time.process_time() - begun

    seconds(100)
    assert seconds(20_000) < 60 * max(seconds(1_000), 0.005)
