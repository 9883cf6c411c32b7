from __future__ import annotations

import re

import pytest

from bot.widget.assets import FOLDER, load_assets, tightened

LAUNCHER_BUDGET = 3 * 1024
ELEMENT_BUDGET = 18 * 1024
LISTS_BUDGET = 16 * 1024
GUARD_BUDGET = 13 * 1024
PARTS = {"card": 2048, "files": 3584, "kinds": 1024, "menu": 2560, "report": 2560}
FIRST_VIEW_BUDGET = 100 * 1024
SOURCES = sorted((FOLDER / "static").rglob("*.js"))


def test_the_launcher_and_the_element_stay_within_their_budgets():
    assets = load_assets()
    element = sum(len(a.packed) for name, a in assets.items() if name.startswith("widget/"))
    assert len(assets["widget.js"].packed) <= LAUNCHER_BUDGET
    assert element <= ELEMENT_BUDGET


def test_each_part_that_is_fetched_when_it_is_called_for_has_a_budget_of_its_own():
    parts = {n: a for n, a in load_assets().items() if n.startswith("widget-parts/")}
    assert set(parts) == {f"widget-parts/{name}.js" for name in PARTS}
    for name, budget in PARTS.items():
        assert len(parts[f"widget-parts/{name}.js"].packed) <= budget, name


def test_the_element_fetches_no_part_unasked():
    element = [path for path in SOURCES if path.parent.name == "widget"]
    wanted = r"""^(?:import|export) .*widget-(?:parts|guard)"""
    assert len(element) > 10
    assert not [path.name for path in element if re.search(wanted, path.read_text(), re.MULTILINE)]


def test_the_launcher_asks_for_all_files_of_the_element_at_once():
    launcher = (FOLDER / "static" / "widget.js").read_text(encoding="utf-8")
    (named,) = re.findall(r'FILES =\s+"([^"]+)"', launcher)
    element = [path.stem for path in SOURCES if path.parent.name == "widget"]
    assert named.split() == sorted(element)


def test_the_guard_and_its_lists_for_english_and_chinese_stay_within_their_budgets():
    assets = load_assets()
    code = sum(len(a.packed) for n, a in assets.items() if re.match(r"widget-guard/.*js$", n))
    lists = sum(len(assets[f"widget-guard/lists/{name}.txt"].packed) for name in ("en", "zh"))
    assert code <= GUARD_BUDGET
    assert lists <= LISTS_BUDGET


async def test_the_first_view_is_light(client):
    assets = load_assets()
    page = len((await client.get("/")).content) + sum(
        len(assets[name].packed) for name in ("widget.js", "site.js", "site.css", "icon.svg")
    )
    assert page <= FIRST_VIEW_BUDGET


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_script_makes_no_markup_from_strings(path):
    source = path.read_text(encoding="utf-8")
    banned = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML"
    assert not re.search(banned, source)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_script_names_no_other_host(path):
    source = path.read_text(encoding="utf-8")
    hosts = re.findall(r"""["'`](?:https?:)?//([\w.-]+)""", source)
    assert hosts in ([], ["www.w3.org"])  # the name of SVG, which nobody fetches


@pytest.mark.parametrize("name", ["site.css", "widget/styles.js", "widget.js"])
def test_every_block_of_a_style_sheet_is_closed_at_its_own_depth(name):
    depths, depth = [], 0
    for sign in re.findall(r"[{}]", load_assets()[name].content.decode()):
        depth += 1 if sign == "{" else -1
        depths.append(depth)
    assert depth == 0
    assert min(depths) == 0


@pytest.mark.parametrize(
    ("script", "served"),
    [
        ("const a = { b: 1, c };\n", "const a={b:1,c};"),
        ('say("a = b, c ? d : e");\n', 'say("a = b, c ? d : e");'),
        ("const t = `a = ${b} , c`;\n", "const t=`a = ${b} , c`;"),
        ("const t = `\n a = b\n`;\n", "const t = `\n a = b\n`;\n"),
        ("x = y.split(/ = | , /);\n", "x = y.split(/ = | , /);\n"),
        ("return a + +b;\n", "return a + +b;"),
        ("go() // why = , so\n", "go() // why = , so\n"),
    ],
)
def test_only_spaces_that_say_nothing_are_left_out_of_a_script(script, served):
    assert tightened(script) == served


def test_our_names_are_written_into_the_launcher_and_change_its_hash():
    plain, named = load_assets()["widget.js"], load_assets(["help.example"])["widget.js"]
    assert b'const HOSTS=["help.example"];' in named.content
    assert b"const HOSTS=[];" in plain.content
    assert re.fullmatch(r"sha384-[A-Za-z0-9+/]{64}", named.integrity)
    assert plain.integrity != named.integrity
    assert plain.etag != named.etag


async def test_an_unchanged_file_is_not_sent_again(client):
    first = await client.get("/widget.js")
    again = await client.get("/widget.js", headers={"if-none-match": first.headers["etag"]})
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")


async def test_a_client_that_cannot_unpack_gets_the_plain_file(client):
    answer = await client.get("/widget.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.content == load_assets()["widget.js"].content


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/pages.py", "/static/../pages.py", "/static/%2e%2e/pages.py",
     "/static/..%2fpages.yml", "/static/widget.js", "/static/widget/"],
)  # fmt: skip
async def test_only_the_static_files_can_be_asked_for(client, path):
    assert (await client.get(path)).status_code == 404


async def test_other_sites_may_load_the_element_only_where_some_are_allowed(make_client):
    policy = "cross-origin-resource-policy"
    open_to_some = make_client(allowed_origins="https://wallet.example")
    assert (await make_client().get("/widget.js")).headers[policy] == "same-origin"
    assert (await open_to_some.get("/widget.js")).headers[policy] == "cross-origin"
    assert (await open_to_some.get("/static/widget/chat.js")).headers[policy] == "cross-origin"
    assert (await open_to_some.get("/static/site.css")).headers[policy] == "same-origin"
