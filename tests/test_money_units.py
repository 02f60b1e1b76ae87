"""Coins without a page or a server: taps that become few requests, acts that are done once, and what a minute says."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.walk

GIVING = """async (body) => {
  const {Giving} = await import("footlight/giving");
  const {Purse} = await import("footlight/purse");
  let now = 10_000;
  performance.now = () => now;
  const said = [], heard = [], answers = [];
  const deed = {do: async (fields) => {
    said.push(fields);
    const answer = answers.shift() ?? {};
    if (answer.code) throw Object.assign(new Error(), answer);
    return {balance: answer.balance ?? null};
  }};
  const purse = new Purse(1000), giving = new Giving(deed, purse);
  const rose = {code: "rose", price: 10}, crown = {code: "crown", price: 500};
  const hear = (name) => giving.on(name, (about) => heard.push([name, about.count ?? about.code ?? about]));
  ["given", "short", "refused"].forEach(hear);
  const later = async (ms) => { now += ms; timers.splice(0).forEach(({does}) => does()); await turn(); };
  const counts = () => said.map(({gift, quantity}) => [gift, quantity]);
  const it = {giving, purse, rose, crown, said, heard, answers, later, counts};
  return new Function("it", `with (it) { return (async () => {${body}})() }`)(it);
}"""


@pytest.fixture
def giving(page: Page):
    return lambda body: page.evaluate(GIVING, body)


def test_the_first_tap_is_told_at_once_and_the_others_once_a_second(giving) -> None:
    answer = giving(
        "giving.give(rose, 1); for (let i = 0; i < 5; i++) giving.give(rose, 1); await later(1000); return counts()"
    )
    assert answer == [["rose", 1], ["rose", 5]]


def test_twenty_taps_do_not_wait(giving) -> None:
    answer = giving("for (let i = 0; i < 41; i++) giving.give(rose, 1); await turn(); return counts()")
    assert answer == [["rose", 1], ["rose", 20], ["rose", 20]]


def test_a_run_has_one_name_and_ends_after_a_while_or_with_another_gift(giving) -> None:
    names = giving(
        """giving.give(rose, 1); await later(2000); giving.give(rose, 10); await later(7000); giving.give(rose, 1);
        await later(1000); giving.give(crown, 1); await later(1000); giving.give(rose, 1); await later(1000);
        const names = said.map(({combo}) => combo);
        return [names.map((name) => names.indexOf(name)), heard.map(([, count]) => count)]"""
    )
    assert names == [[0, 0, 2, 3, 4], [1, 11, 1, 1, 1]]


def test_what_is_on_its_way_looks_spent_and_comes_back_when_it_is_refused(giving) -> None:
    answer = giving(
        """answers.push({code: "too_fast"}); giving.give(rose, 10); const held = purse.free; await turn();
        return [held, purse.free, heard.at(-1)]"""
    )
    assert answer == [900, 1000, ["refused", "too_fast"]]


def test_nothing_is_given_that_the_coins_do_not_reach(giving) -> None:
    answer = giving(
        "giving.give(crown, 1); giving.give(rose, 45); const gave = giving.give(rose, 10); return [gave, heard.at(-1)]"
    )
    assert answer == [False, ["short", 100]]


def test_the_servers_balance_takes_the_place_of_what_was_held(giving) -> None:
    assert giving("answers.push({balance: 870}); giving.give(rose, 10); await turn(); return purse.free") == 870


def test_what_the_server_took_is_not_counted_twice_before_its_answer(giving) -> None:
    answer = giving(
        """const seen = []; purse.on("change", (free) => seen.push(free)); answers.push({balance: 900});
        giving.give(rose, 10); purse.hear({balance: 930, kind: "gift"}); purse.hear({balance: 900, kind: "gift"});
        await turn(); return [...new Set(seen), purse.free]"""
    )
    assert answer == [900, 900]


DEED = """async (body) => {
  const {Deed} = await import("footlight/deed");
  const sent = [], answers = [];
  window.fetch = async (path, {headers, body}) => {
    sent.push({path, key: headers["Idempotency-Key"], body});
    const answer = answers.shift() ?? {status: 201, says: {}};
    if (answer === "gone") throw new TypeError("gone");
    return new Response(JSON.stringify(answer.says), {status: answer.status});
  };
  const no = (code, status = 409) => ({status, says: {error: {code, message: "No."}}});
  const pass = async () => {
    for (let i = 0; i < 6; i++) { await turn(); timers.splice(0).forEach(({does}) => does()); }
  };
  const keys = () => { const all = sent.map(({key}) => key); return all.map((key) => all.indexOf(key)); };
  const it = {deed: new Deed("payouts/"), sent, answers, no, pass, keys};
  return new Function("it", `with (it) { return (async () => {${body}})() }`)(it);
}"""


@pytest.fixture
def deed(page: Page):
    return lambda body: page.evaluate(DEED, body)


def test_what_nobody_answered_is_said_again_under_the_same_key(deed) -> None:
    answer = deed(
        """answers.push("gone", no("in_flight"), {status: 502, says: {}});
        const done = deed.do({coins: 5}); await pass(); await done;
        return [keys(), new Set(sent.map(({body}) => body)).size]"""
    )
    assert answer == [[0, 0, 0, 0], 1]


def test_who_tries_again_by_hand_keeps_the_key_and_who_wants_something_else_does_not(deed) -> None:
    answer = deed(
        """answers.push("gone", "gone", "gone", "gone"); const failed = deed.do({coins: 5}).catch(({code}) => code);
        await pass(); const why = await failed;
        await deed.do({coins: 5}); await deed.do({coins: 5}); return [why, keys()]"""
    )
    assert answer == ["offline", [0, 0, 0, 0, 0, 5]]


def test_a_refusal_is_final_and_its_key_is_not_used_again(deed) -> None:
    answer = deed(
        """answers.push(no("too_little")); const why = await deed.do({coins: 5}).catch(({code}) => code);
        await deed.do({coins: 5}); return [why, keys()]"""
    )
    assert answer == ["too_little", [0, 1]]


def test_every_socket_tells_a_minute_and_it_is_shown_once(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
          const {Purse} = await import("footlight/purse"), heard = [], purse = new Purse(50);
          purse.on("spending", ({minute}) => heard.push(minute)); purse.on("change", (free) => heard.push(free));
          const spending = {cid: "c", role: "viewer", price: 10, minute: 1, minutes_left: 4};
          for (let i = 0; i < 2; i++) purse.hear({balance: 40, spending});
          purse.hear({balance: 30, spending: {...spending, minute: 2}});
          return heard;
        }"""
    )
    assert answer == [40, 1, 30, 2]


SITUATION = {"price": 10, "preview": 30, "live": True, "from": None, "now": 1_000_000, "spending": None, "free": 100}


@pytest.mark.parametrize(
    ("now", "mood", "words", "lamps"),
    [
        ({"price": 0}, None, None, None),
        ({}, "price", "10 coins a minute", 0),
        ({"from": 1_024_000}, "preview", "Free preview: 0:24 left", 4),
        ({"from": 1_024_000, "live": False}, "price", "10 coins a minute", 0),
        ({"from": 900_000}, "price", "10 coins a minute", 0),
        ({"spending": {"price": 10, "minute": 3}}, "quiet", "10 coins for minute 3", 5),
        ({"spending": {"price": 10, "minute": 3}, "free": 29}, "quiet", "10 coins for minute 3", 3),
        (
            {"spending": {"price": 10, "minute": 3}, "free": 19},
            "low",
            "Your coins last one more minute after this one.",
            2,
        ),
        (
            {"spending": {"price": 10, "minute": 3}, "free": 9},
            "last",
            "This is the last minute that your coins pay for.",
            1,
        ),
    ],
)
def test_what_watching_costs_is_said_before_and_while_it_does(page: Page, now, mood, words, lamps) -> None:
    ask = 'async (now) => (await import("footlight/meter")).meterState(now)'
    state = page.evaluate(ask, {**SITUATION, **now})
    assert (state and (state["mood"], state["words"], state["lamps"])) == (mood and (mood, words, lamps))


def test_the_parts_of_a_minute_and_the_minutes_of_a_stay_are_one_line(page: Page) -> None:
    answer = page.evaluate(
        """async () => {
          const {gathered} = await import("footlight/statement");
          const host = {nick: "Mira"}, at = (second) => new Date(second * 1000).toISOString();
          const halves = (kind, memo, house, second) => [
            {kind, memo, coins: -3 * house, with: null, at: at(second)},
            {kind, memo, coins: -7 * house, with: host, at: at(second)},
          ];
          return gathered([
            ...halves("play", "s1", 1, 60), ...halves("play", "s1", 1, 0),
            ...halves("gift", "c1", 1, -10), ...halves("gift", "c1", 10, -99),
            {kind: "code", memo: "A", coins: 50, with: null, at: at(-200)},
            ...[-201, -900].map((second) => ({kind: "traffic", memo: "c1", coins: -3, with: null, at: at(second)})),
          ]).map(({kind, coins, with: person}) => [kind, coins, person?.nick ?? ""]);
        }"""
    )
    gifts = [["gift", -10, "Mira"], ["gift", -100, "Mira"]]
    assert answer == [["play", -20, "Mira"], *gifts, ["code", 50, ""], ["traffic", -6, ""]]
