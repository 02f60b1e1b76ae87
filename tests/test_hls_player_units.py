"""The player without a server and with a library that does nothing: where the playlist is, minute by minute."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Playwright

from tests.modules import FAKES, empty_page

pytestmark = pytest.mark.walk
LIBRARY = """
export default class Hls {
  static isSupported() { return true; }
  constructor(config) { this.config = config; this.faults = []; window.libraries.push(this); }
  on(name, hears) { this.faults.push(hears); }
  loadSource(address) { this.source = address; }
  attachMedia() {}
  destroy() { this.destroyed = true; }
  asks(address) {
    const asked = [];
    this.config.xhrSetup({open: (...words) => asked.push(words[1])}, address);
    return asked.at(-1) ?? address;
  }
}"""
PLAYER = """async (body) => {
  const {HlsPlayer} = await import("footlight/hls-player");
  window.libraries = [];
  const answers = [], asked = [], told = [];
  window.fetch = async (address, {headers}) => {
    asked.push([address, headers]);
    const [status, body] = answers.length > 1 ? answers.shift() : answers[0];
    return {ok: status === 200, status, json: async () => body};
  };
  const list = (show, until) => `/hls/abc/${show}/live.m3u8?e=${until}&s=x`;
  const pass = (show, until) => [200, {playlist: list(show, until), seconds: 30}];
  const refusal = (status, code) => [status, {error: {code}}];
  // Whatever it does ends in a pause or in a word.
  const settle = async () => { for (let n = 0; n < 200 && !timers.length && !told.length; n++) await turn(); };
  const later = async () => { timers.splice(0).forEach(({does}) => does()); await settle(); };
  const player = new HlsPlayer(document.createElement("video"));
  ["refused", "unsupported"].forEach((name) => player.on(name, (about) => told.push([name, about])));
  window.sig = "me";
  const headers = () => ({Authorization: `Bearer ${sig}`});
  const where = {pass: "/hls/abc/pass?stay=held", playlist: "/hls/abc/index.m3u8?stay=held", headers};
  const begin = async (...first) => { answers.push(...first); player.start(where); await settle(); };
  const site = location.origin;
  const names = "player, answers, asked, told, list, pass, refusal, settle, later, begin, site, libraries";
  return new Function("it", `const {${names}} = it; return (async () => {${body}})();`)(
    {player, answers, asked, told, list, pass, refusal, settle, later, begin, site, libraries});
}"""


@pytest.fixture(scope="module")
def modules(playwright: Playwright) -> Iterator[Page]:
    yield from empty_page(playwright, before=FAKES, instead={"hls.js": LIBRARY})


@pytest.fixture
def run(page: Page) -> Callable[[str], object]:
    return lambda body: page.evaluate(PLAYER, body)


def test_the_library_is_given_the_shared_playlist_and_asks_for_it_under_its_newest_address(run):
    assert run("""
      await begin(pass(7, 60), pass(7, 90));
      const [library] = libraries, first = library.asks(site + list(7, 60));
      await later();
      return [library.source, first, library.asks(first)].map((it) => it.replace(site, "")).concat(libraries.length)
    """) == ["/hls/abc/7/live.m3u8?e=60&s=x", "/hls/abc/7/live.m3u8?e=60&s=x", "/hls/abc/7/live.m3u8?e=90&s=x", 1]


def test_segments_are_asked_for_as_they_are_listed_and_only_the_pass_says_who_one_is(run):
    assert run("""
      await begin(pass(7, 60));
      return [libraries[0].asks(site + "/hls/abc/7/1/5.m4s?e=60&s=x").replace(site, ""), asked]
    """) == ["/hls/abc/7/1/5.m4s?e=60&s=x", [["/hls/abc/pass?stay=held", {"Authorization": "Bearer me"}]]]


def test_who_one_is_is_told_as_it_is_by_then(run):
    assert run("""
      await begin(pass(7, 60));
      sig = "fresh";
      await later();
      return asked.map(([, {Authorization}]) => Authorization)
    """) == ["Bearer me", "Bearer fresh"]


def test_while_the_first_segments_are_made_it_asks_again(run):
    assert run("""
      await begin([200, {playlist: "", seconds: 2}], pass(7, 60));
      const before = libraries.length;
      await later();
      return [before, libraries.length, asked.length]
    """) == [0, 1, 2]


def test_an_answer_that_does_not_come_is_asked_for_again_and_disturbs_nobody(run):
    assert run("""
      await begin(pass(7, 60), refusal(503, "unavailable"), pass(7, 120));
      await later();
      const meanwhile = libraries[0].asks(site + list(7, 60));
      await later();
      return [meanwhile, libraries[0].asks(site + list(7, 60))].map((it) => it.replace(site, ""))
        .concat(Boolean(libraries[0].destroyed))
    """) == ["/hls/abc/7/live.m3u8?e=60&s=x", "/hls/abc/7/live.m3u8?e=120&s=x", False]


def test_of_the_next_show_it_begins_anew(run):
    assert run("""
      await begin(pass(7, 60), pass(8, 90));
      await later();
      await later();
      return [libraries[0].destroyed, libraries[1].source.replace(site, "")]
    """) == [True, "/hls/abc/8/live.m3u8?e=90&s=x"]


@pytest.mark.parametrize(
    ("status", "code"), [(401, "preview_over"), (402, "insufficient_balance"), (403, "banned_here")]
)
def test_whom_the_house_lets_in_no_more_sees_no_more(run, status, code):
    assert run(f"""
      await begin(pass(7, 60), refusal({status}, "{code}"));
      await later();
      return [told, libraries[0].destroyed, player.wanted]
    """) == [[["refused", code]], True, False]


def test_whoever_stops_asks_for_nothing_more(run):
    assert run("""
      await begin(pass(7, 60));
      player.stop();
      await later();
      return [asked.length, libraries[0].destroyed]
    """) == [1, True]
