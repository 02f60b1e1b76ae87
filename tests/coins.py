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


def spend_down_to(person: Person, host: Person, coins: int) -> None:
    """The rest is given away in another channel, as a red packet."""
    other = host.api("POST", "channels/", title="A hat").json()
    rest = balance(person) - coins
    if rest > 0:
        answer = keyed(person, f"channels/{other['cid']}/red-packets/", f"down-{rest}-{other['cid']}", coins=rest)
        assert answer.status_code == 201, answer.text


def keyed(person: Person, path: str, key: str, **fields: object):
    headers = {
        "X-CSRFToken": person.http.cookies.get("csrftoken", ""),
        "Referer": person.origin,
        "Idempotency-Key": key,
    }
    return person.http.post(f"/api/v1/{path}", json=fields, headers=headers)
