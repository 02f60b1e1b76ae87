/** Our seats as the vendor's user, seat and request objects. Nothing here knows a connection. */

/** What of a request decides who it came from. */
export const REQUEST = Object.freeze({APPLY_TO_TAKE_SEAT: "APPLY_TO_TAKE_SEAT", INVITE_TO_TAKE_SEAT: "INVITE_TO_TAKE_SEAT"});

/**
 * @typedef {{userId: string, userName: string, avatarUrl: string}} User
 * @typedef {object} SeatInfo `index` counts from 1; `userId` is "" on a free seat
 * @property {number} index
 * @property {string} userId
 * @property {string} userName
 * @property {string} avatarUrl
 * @property {boolean} isLocked nobody new sits down here
 * @property {boolean} isAudioLocked
 * @property {boolean} isVideoLocked
 * @property {boolean} isAudioMuted what is heard of it now: the guest's own switch and the host's hand together
 * @property {boolean} isVideoMuted
 * @typedef {User & {requestId: string, requestType: string, index: number | null, openCamera: boolean,
 *   timestamp: number, deadline: number | null}} Request `timestamp` and `deadline` in ms since 1970
 */

/** @param {{uid: string, nick: string, avatar: string}} person @returns {User} */
export const userOf = ({uid, nick, avatar}) => ({userId: uid, userName: nick, avatarUrl: avatar});

/** @param {object} seat one that is asked for or offered @param {object} owner @param {boolean} invited @returns {Request} */
export function requestOf(seat, owner, invited) {
  return {
    ...userOf(invited ? owner : seat.person),
    requestId: seat.rid,
    requestType: invited ? REQUEST.INVITE_TO_TAKE_SEAT : REQUEST.APPLY_TO_TAKE_SEAT,
    index: seat.number,
    openCamera: seat.camera,
    timestamp: Date.parse(seat.created_at),
    deadline: seat.deadline && Date.parse(seat.deadline),
  };
}

/** @param {object} list `seats.changed` @returns {SeatInfo[]} every seat there is, the free ones too */
export function seatListOf({size, locks, users}) {
  const last = Math.max(size, ...users.map(({number}) => number));
  return Array.from({length: last}, (_, place) => seatOf(place + 1, users.find(({number}) => number === place + 1), locks));
}

/** @param {number} index @param {object | undefined} seat whoever sits there @param {Record<string, string[]>} locks */
export function seatOf(index, seat, locks) {
  const locked = locks[index] ?? [];
  return {
    index,
    ...(seat ? userOf(seat.person) : {userId: "", userName: "", avatarUrl: ""}),
    isLocked: locked.includes("seat"),
    isAudioLocked: locked.includes("audio"),
    isVideoLocked: locked.includes("video"),
    isAudioMuted: Boolean(seat) && (!seat.mic || seat.mic_held),
    isVideoMuted: Boolean(seat) && (!seat.camera || seat.camera_held),
  };
}
