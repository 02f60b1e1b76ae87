"""The whiteboard without a page or a server: how pen motion is gathered, what stands on the board however one hears of
it, and what a broken line does to strokes that were on their way."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.walk
RED = {"color": "red", "width": 6}

BOARD = """async (body) => {
  const {Board} = await import("footlight/board");
  const {Emitter} = await import("footlight/emitter");
  const line = new Emitter(), asked = [], heard = [];
  line.state = "open";
  const pages = [];
  const answers = []; // to board.draw; the next numbers where there is none
  let number = 0;
  line.ask = async (type, fields) => {
    asked.push([type, fields]);
    if (type === "board.read") return pages.shift() ?? {strokes: [], first: null, last: fields.after, more: false};
    const answer = answers.shift();
    if (answer) throw Object.assign(new Error(), answer);
    return {ids: fields?.strokes?.map(() => ++number)};
  };
  const board = new Board(line);
  for (const name of ["draw", "redraw", "may", "refused"]) board.on(name, () => heard.push(name));
  const welcome = async (me = {moderator: true}) => { line.emit("chat.welcome", {me}); await turn(); };
  const told = (data) => line.emit("chat.message", {kind: "board", data});
  const stroke = (id, more = {}) => ({id, color: "ink", width: 3, points: [[0, 0], [0, id / 1000]], ...more});
  const page = (ids, {more = false, first = ids[0] ?? null, strokes = ids.map((id) => stroke(id))} = {}) =>
    pages.push({strokes, first, last: ids.at(-1) ?? 0, more});
  const second = async () => { timers.splice(0).forEach(({does}) => does()); await turn(); };
  const pen = (from, ...points) => {
    board.begin("red", 6, from);
    for (const at of points) board.move(at);
    board.end();
  };
  const ids = () => board.strokes().map(({id}) => id ?? 0);
  const draws = () => asked.filter(([type]) => type === "board.draw").map(([, {strokes}]) => strokes);
  const it = {board, line, asked, answers, heard, welcome, told, stroke, page, second, pen, ids, draws};
  return new Function("it", `with (it) { return (async () => {${body}})() }`)(it);
}"""


@pytest.fixture
def board(page: Page):
    return lambda body: page.evaluate(BOARD, body)


def test_im8_pen_motion_is_sent_once_a_second(board) -> None:
    answer = board(
        """await welcome(); pen([0, 0], [0.5, 0.5]); pen([0.1, 0], [0.1, 1]); const before = draws().length;
        const waits = timers.map(({ms}) => ms); await second(); await second();
        return [before, waits, draws(), ids()]"""
    )
    assert answer == [
        0,
        [1000],
        [
            [
                {**RED, "points": [[0, 0], [0.5, 0.5]]},
                {**RED, "points": [[0.1, 0], [0.1, 1]]},
            ]
        ],
        [1, 2],
    ]


def test_im8_a_line_that_is_still_drawn_goes_out_piece_by_piece_without_a_gap(board) -> None:
    answer = board(
        """await welcome(); board.begin("ink", 3, [0, 0]); board.move([0.2, 0]); await second();
        board.move([0.4, 0]); await second(); board.move([0.6, 0]); board.end(); await second();
        return draws().map(([{points}]) => points)"""
    )
    assert answer == [[[0, 0], [0.2, 0]], [[0.2, 0], [0.4, 0]], [[0.4, 0], [0.6, 0]]]


def test_im8_a_tap_is_a_dot_and_a_hand_that_rests_draws_nothing_more(board) -> None:
    answer = board(
        """await welcome(); board.begin("ink", 3, [0.33333, 0.5]); board.move([0.3334, 0.5]); board.end();
        await second(); return draws()[0][0].points"""
    )
    assert answer == [[0.3333, 0.5], [0.3333, 0.5]]


def test_im8_what_leaves_the_paper_stays_at_its_edge(board) -> None:
    assert board("await welcome(); pen([-0.2, 0.5], [1.4, 2]); await second(); return draws()[0][0].points") == [
        [0, 0.5],
        [1, 1],
    ]


def test_im8_a_frame_never_outgrows_what_a_message_may_carry(board) -> None:
    answer = board(
        """await welcome(); board.begin("violet", 14, [0, 0]);
        for (let i = 1; i <= 1500; i++) board.move([(i % 97) / 97, (i % 89) / 89]);
        board.end(); for (let i = 0; i < 15; i++) await second();
        const sent = draws().flat();
        return [draws().map((strokes) => JSON.stringify(strokes).length), sent.map(({points}) => points.length),
          board.strokes().length === sent.length]"""
    )
    assert max(answer[0]) < 3200
    assert max(answer[1]) <= 150
    assert sum(answer[1]) == 1501 + len(answer[1]) - 1  # each piece begins where the last one ended
    assert answer[2]


def test_im8_ones_own_stroke_is_not_drawn_twice_when_it_comes_back(board) -> None:
    answer = board(
        """await welcome(); pen([0, 0], [1, 1]); const sending = second();
        told({strokes: [{id: 1, color: "red", width: 6, points: [[0, 0], [1, 1]]}]}); await sending;
        told({strokes: [{id: 1, color: "red", width: 6, points: [[0, 0], [1, 1]]}]}); return ids()"""
    )
    assert answer == [1]


def test_im8_one_who_comes_late_reads_every_page_beside_what_is_drawn_meanwhile(board) -> None:
    answer = board(
        """page([1, 2], {more: true}); page([3, 4], {first: 1}); const reading = welcome({moderator: false});
        told({strokes: [stroke(5)]}); await reading; told({strokes: [stroke(4)]});
        return [ids(), asked.map(([type, {after}]) => [type, after]), board.mayDraw]"""
    )
    assert answer == [[1, 2, 3, 4, 5], [["board.read", 0], ["board.read", 2]], False]


def test_im8_after_a_broken_line_only_the_rest_is_read_and_what_was_wiped_goes(board) -> None:
    answer = board(
        """page([1, 2]); await welcome(); page([8, 9]); await welcome();
        return [ids(), asked.map(([, {after}]) => after)]"""
    )
    assert answer == [[8, 9], [0, 2]]


def test_im8_a_board_that_was_wiped_meanwhile_is_empty_but_for_what_came_since(board) -> None:
    answer = board(
        """page([1, 2]); await welcome(); const reading = welcome(); told({strokes: [stroke(7)]});
        await reading; return ids()"""
    )
    assert answer == [7]


def test_im8_wiping_takes_what_stood_and_a_late_word_of_it_changes_nothing(board) -> None:
    answer = board(
        """await welcome(); told({strokes: [stroke(1), stroke(2), stroke(4)]}); told({clear: true, upto: 3});
        told({strokes: [stroke(3)]}); return [ids(), heard.at(-1)]"""
    )
    assert answer == [[4], "redraw"]


def test_im8_what_was_missed_is_heard_with_the_recovered_messages(board) -> None:
    answer = board(
        """await welcome(); const messages = [{kind: "text", text: "x"}, {kind: "board", data: {strokes: [stroke(1)]}}];
        line.emit("chat.recovered", {recovered: true, messages}); const before = asked.length;
        line.emit("chat.recovered", {recovered: false, messages: []}); return [ids(), asked.length - before]"""
    )
    assert answer == [[1], 1]


@pytest.mark.parametrize("code", ["room_busy", "too_fast", "unavailable"])
def test_im8_strokes_that_had_no_place_are_sent_again(board, code: str) -> None:
    answer = board(
        f"""await welcome(); answers.push({{code: "{code}"}}); pen([0, 0], [1, 1]); await second();
        const waiting = ids(); await second(); return [waiting, ids(), draws().length]"""
    )
    assert answer == [[0], [1], 2]


def test_im8_strokes_that_are_refused_are_taken_back(board) -> None:
    answer = board(
        """await welcome(); answers.push({code: "board_full"}); pen([0, 0], [1, 1]); await second();
        return [ids(), board.empty, heard.slice(-2)]"""
    )
    assert answer == [[], True, ["redraw", "refused"]]


@pytest.mark.parametrize(("there", "sent"), [([1], 1), ([], 2)], ids=["arrived", "lost"])
def test_im8_of_strokes_on_a_line_that_broke_only_those_that_did_not_arrive_are_sent_again(
    board, there: list, sent: int
) -> None:
    answer = board(
        f"""await welcome(); answers.push({{code: "offline"}}); pen([0, 0], [1, 1]); const sending = second();
        line.state = "waiting"; await sending; const waiting = ids();
        line.state = "open";
        page({there}, {{strokes: {there}.map((id) => ({{id, color: "red", width: 6, points: [[0, 0], [1, 1]]}}))}});
        await welcome(); await second(); return [waiting, ids(), draws().length]"""
    )
    assert answer == [[0], [1], sent]


def test_im8_who_is_dismissed_may_not_draw_any_more(board) -> None:
    answer = board(
        """await welcome({role: "owner"}); const before = board.mayDraw; line.emit("chat.me", {me: {moderator: false}});
        return [before, board.mayDraw, heard]"""
    )
    assert answer == [True, False, ["may", "may"]]
