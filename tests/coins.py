"""What money walks do behind the scenes."""

from tests.house import House, Person, rows


def move_minutes(house: House, channel: dict, seconds: int) -> None:
    """All that happened in the channel happened so much earlier; the beat finds what is due now."""

    def earlier(*names: str) -> str:
        return ", ".join(f"{name} = strftime('%Y-%m-%d %H:%M:%f', {name}, '-{seconds} seconds')" for name in names)

    rows(house, f"UPDATE rooms_channel SET {earlier('since')} WHERE cid = ?", channel["cid"])
    moved = earlier("since", "started_at", "metered_from", "next_minute_at")
    mine = "channel_id = (SELECT id FROM rooms_channel WHERE cid = ?) AND role = 'viewer'"
    rows(house, f"UPDATE rooms_stay SET {moved} WHERE {mine} AND next_minute_at IS NOT NULL", channel["cid"])


def balance(person: Person) -> int:
    return person.api("GET", "wallet/").json()["balance"]


def make_code(house: House, coins: int) -> str:
    """A code worth so many coins, as staff make them."""
    word = f"WALK-{coins:04d}-{len(rows(house, 'SELECT 1 FROM billing_redeemcode')):04d}-CODE"
    insert = "INSERT INTO billing_redeemcode (code, coins, note, created_at) VALUES (?, ?, '', datetime('now'))"
    rows(house, insert, word, coins)
    return word


def have(person: Person, host: Person, coins: int) -> None:
    """Exactly so many, whatever other walks left: the rest is given away in another channel, what is missing comes
    from a code."""
    other = host.api("POST", "channels/", title="A hat").json()
    rest = balance(person) - coins
    if rest > 0:
        answer = keyed(person, f"channels/{other['cid']}/red-packets/", f"down-{rest}-{other['cid']}", coins=rest)
        assert answer.status_code == 201, answer.text
    elif rest < 0:
        code = make_code(person.house, -rest)
        assert keyed(person, "wallet/redeem/", code, code=code).status_code < 300
    assert balance(person) == coins


def keyed(person: Person, path: str, key: str, **fields: object):
    headers = {
        "X-CSRFToken": person.http.cookies.get("csrftoken", ""),
        "Referer": person.origin,
        "Idempotency-Key": key,
    }
    return person.http.post(f"/api/v1/{path}", json=fields, headers=headers)
