"""Which profiles are taken, and what is said of each one that is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content.colours import contrast
from bot.content.language import LANGUAGES
from bot.content.logo import LARGEST, LogoInvalid, read_logo
from bot.content.profile import FILE, ProfileInvalid, examined, load_profile, profile, use_profile

OTHER = Path(__file__).resolve().parents[2] / "profiles" / "bluebird.yml"
TEXT = OTHER.read_text(encoding="utf-8")
SITE = "value: bluebird-wallet.example.com, note"
TERMS_ZH = 'zh: "https://bluebird-wallet.example.com/zh/terms", '
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{}</svg>'


def written(folder, *changes):
    """The other company's profile with something changed in it."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    shutil.copy(OTHER.with_suffix(".svg"), folder / "bluebird.svg")
    file = folder / "profile.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_neutral_profile_names_nobody():
    neutral = load_profile(FILE)
    assert neutral.languages == ("en", "zh")
    assert neutral.contacts == neutral.own_vendors == neutral.messengers == neutral.legal == ()
    assert not neutral.owns("ledger")


def test_every_entry_of_a_profile_is_read(tmp_path):
    other = load_profile(written(tmp_path))
    assert other.name.of("zh") == "青鸟客服"
    assert other.owns("keystone")
    assert other.owns("operator")
    assert not other.owns("ledger")
    assert not other.owns(None)
    assert [row.value for row in other.of("phone")] == ["+493023125000"]
    assert [row.value for row in other.messengers] == [
        "telegram:bluebird_care_bot",
        "wechat:bluebird_care",
    ]
    assert [entry.name for entry in other.legal] == ["imprint", "privacy", "terms"]
    assert other.logo.media_type == "image/svg+xml"


def test_a_profile_of_one_language_needs_no_other(tmp_path):
    only = load_profile(
        written(
            tmp_path,
            ("languages: [zh, en]", "languages: [zh]"),
            ("name: {zh: 青鸟客服, en: Bluebird Care}", "name: {zh: 青鸟客服}"),
        )
    )
    assert {only.name.of(language) for language in LANGUAGES} == {"青鸟客服"}
    assert only.served("en") == "zh"
    assert load_profile(written(tmp_path)).served("en") == "en"


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("en: Bluebird Care", "fr: Bluebird", "line 3, name:", "fr"),
        ("{zh: 青鸟客服, en: Bluebird Care}", "{zh: 青鸟客服}", "line 3, name.en:", "missing"),
        ("logo: bluebird.svg", "logo: none.svg", "line 4, logo:", "cannot be read"),
        ("logo: bluebird.svg", "logo: ../bluebird.svg", "line 4, logo:", "beside this file"),
        ('on_accent: "#ffffff"', 'on_accent: "#8a5a80"', "colours.light.on_accent", "4.5:1"),
        ('dark: {accent: "#f0a6d6"', 'dark: {accent: "#7a1f5c"', "colours.dark.accent", "4.5:1"),
        ('accent: "#7a1f5c"', "accent: plum", "line 6, colours.light.accent", "plum"),
        ("[zh, en]\n", "[zh, en, fr]\n", "line 8, languages.2", "fr"),
        ("[zh, en]\n", "[]\n", "line 8, languages", "at least one"),
        ("[keystone]", "[kestone]", "line 9, own_vendors.0", "data/knowledge/vendors.yml"),
        ("Europe/Berlin", "Europe/Atlantis", "line 11, office_hours", "Atlantis"),
        ("08:00-16:00", "16:00-08:00", "office_hours", "out of order"),
        (SITE, 'value: "https://x.example", note', "contacts.0", "host alone"),
        ('"+493023125000"', "030 23125000", "contacts.4.value", "without spaces"),
        ("care@", "care", "contacts.2.value", "help@example.com"),
        ("{zh: 帮助中心, en: our help centre}", "{zh: 帮助中心}", "contacts.1.note.en", "missing"),
        ("platform: wechat", "platform: pigeon", "messengers.1.platform", "pigeon"),
        (TERMS_ZH, "", "legal.terms.link.zh", "missing"),
        ("com/terms", "com.evil.example/terms", "legal.terms.link.en", "none of the sites"),
        ("messengers:\n", "messenger:\n", "the file", "messengers"),
        ("version: 1", "version: 2", "line 2, version", "2"),
        ("own_vendors: [keystone]", "own_vendors: []\nname: {en: Two}", "the file", "twice"),
    ],
)
def test_each_fault_is_named_with_its_place_and_what_to_do(tmp_path, old, new, place, what):
    _, problems = examined(written(tmp_path, (old, new)))
    told = [str(problem) for problem in problems if place in str(problem) and what in str(problem)]
    assert told, problems
    assert told[0].startswith("profile.yml, ")


def test_the_unchanged_profile_has_no_fault(tmp_path):
    assert examined(written(tmp_path))[1] == []


def test_all_faults_are_named_at_once(tmp_path):
    file = written(
        tmp_path,
        ("Europe/Berlin", "Nowhere"),
        ("keystone", "nobody"),
        ("logo: bluebird", "logo: x"),
    )
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(file)
    assert len(caught.value.problems) == 3
    assert "seedwarden check" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    _, (problem,) = examined(tmp_path / "gone.yml")
    assert "SEEDWARDEN_PROFILE" in str(problem)


def test_a_profile_that_cannot_be_used_leaves_the_one_before_in_use(tmp_path):
    before = profile()
    with pytest.raises(ProfileInvalid):
        use_profile(written(tmp_path, ("keystone", "nobody")))
    assert profile() is before


def test_contrast_is_wcags():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        '<path onload="x()" d="M0 0"/>',
        '<a href="https://evil.example"><path d="M0 0"/></a>',
        '<image href="data:image/png;base64,AA"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="https://evil.example/#a"/>',
        "<style>@import 'https://evil.example/a.css'</style>",
        '<path fill="url(https://evil.example/#a)" d="M0 0"/>',
        "<foreignObject/>",
    ],
)
def test_a_logo_that_does_something_is_refused(tmp_path, inside):
    file = tmp_path / "logo.svg"
    file.write_text(SVG.format(inside))
    with pytest.raises(LogoInvalid):
        read_logo(file)


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h8v8z" fill="#123456"/>',
        '<defs><linearGradient id="a"/></defs><path fill="url(#a)" d="M0 0"/>',
        '<style>path{fill:#123456}</style><path d="M0 0"/>',
        '<path id="a" d="M0 0"/><use href="#a"/>',
    ],
)
def test_a_logo_that_is_only_drawn_is_taken(tmp_path, inside):
    file = tmp_path / "logo.svg"
    file.write_text(SVG.format(inside))
    assert read_logo(file).media_type == "image/svg+xml"


def png(width, height):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")


def test_a_png_is_taken_by_its_bytes_and_not_by_its_name(tmp_path):
    file = tmp_path / "logo.png"
    file.write_bytes(png(64, 64))
    assert read_logo(file).media_type == "image/png"
    for content in (b"GIF89a", png(4096, 64), png(64, 64) + bytes(LARGEST)):
        file.write_bytes(content)
        with pytest.raises(LogoInvalid):
            read_logo(file)


@pytest.mark.parametrize("head", ["<!DOCTYPE svg>", '<!DOCTYPE a [<!ENTITY b "c">]>'])
def test_a_drawing_with_entities_never_reaches_the_parser(tmp_path, head):
    file = tmp_path / "logo.svg"
    file.write_text(head + SVG.format(""))
    with pytest.raises(LogoInvalid, match="DOCTYPE"):
        read_logo(file)
