/** Our frames as the vendor's Message, Group and Profile objects, and back. Nothing here knows a connection. */
import {FOR_GOOD, NOTICE, TYPES} from "footlight/client/im-types";

const OPERATIONS = {
  join: TYPES.GRP_TIP_MBR_JOIN,
  quit: TYPES.GRP_TIP_MBR_QUIT,
  kicked: TYPES.GRP_TIP_MBR_KICKED_OUT,
  set_admin: TYPES.GRP_TIP_MBR_SET_ADMIN,
  cancel_admin: TYPES.GRP_TIP_MBR_CANCELED_ADMIN,
  profile: TYPES.GRP_TIP_GRP_PROFILE_UPDATED,
  member_profile: TYPES.GRP_TIP_MBR_PROFILE_UPDATED,
};
const ROLES = {
  owner: TYPES.GRP_MBR_ROLE_OWNER,
  admin: TYPES.GRP_MBR_ROLE_ADMIN,
  member: TYPES.GRP_MBR_ROLE_MEMBER,
};
/** A group's field -> what the vendor calls it. */
const GROUP_FIELDS = {title: "name", notice: "notification", introduction: "introduction", avatar: "avatar"};

/**
 * @typedef {object} Message
 * @property {string} ID
 * @property {string} type one of TYPES.MSG_*
 * @property {object} payload
 * @property {string} from uid; "" where the house speaks
 * @property {string} nick
 * @property {string} avatar
 * @property {string} to gid or uid
 * @property {string} conversationType
 * @property {string} conversationID
 * @property {string} priority
 * @property {number} time seconds
 * @property {"in" | "out"} flow
 * @property {number} sequence its number in the room's order; 0 for what stands in none
 * @property {"unSend" | "success" | "fail"} status
 */

/** @param {object} frame chat.message @param {string} gid @param {string | null} me uid @returns {Message} */
export function fromMessage(frame, gid, me) {
  return {
    ...said(frame.sender, frame.at, me),
    ...inGroup(gid),
    ...bodyOf(frame),
    ID: `${frame.epoch}:${frame.seq}`,
    priority: wordOf(frame.priority),
    sequence: frame.seq,
  };
}

function bodyOf({kind, text, data}) {
  if (kind === "text") return {type: TYPES.MSG_TEXT, payload: {text}};
  if (kind === "face") return {type: TYPES.MSG_FACE, payload: {index: -1, data: text}};
  if (kind === "custom") return {type: TYPES.MSG_CUSTOM, payload: customOf(data)};
  // Likes, gifts, vouchers, strokes and so on: custom messages of the house's own, told apart by `kind`.
  const own = JSON.stringify({kind, ...data});
  return {type: TYPES.MSG_CUSTOM, payload: {data: own, description: kind, extension: ""}};
}

const customOf = ({data = "", desc = "", ext = ""}) => ({data, description: desc, extension: ext});

/** @param {object} frame chat.tip @returns {Message} */
export function fromTip(frame, gid, me) {
  const {operation, people = [], count, operator, at} = frame;
  const [first] = people;
  const payload = {
    operationType: OPERATIONS[operation],
    operatorID: operator?.uid ?? first?.uid ?? "",
    userIDList: people.map(({uid}) => uid),
    memberCount: count ?? people.length,
    memberList: people.map((person) => memberOf(person, frame)),
    groupProfile: {groupID: gid},
    newGroupProfile: operation === "profile" ? changedGroup(frame.profile) : {},
  };
  return {...said(operator ?? first ?? null, at, me), ...inGroup(gid), type: TYPES.MSG_GRP_TIP, payload, ID: nextId("tip")};
}

function memberOf({uid, nick, avatar}, {muted_until: until, at}) {
  const member = {userID: uid, nick, avatar};
  return until === undefined ? member : {...member, muteTime: secondsFrom(at, until)};
}

/** How long a mute lasts, in seconds. @param {string | null} until a time, "forever", or null: may speak */
function secondsFrom(at, until) {
  if (!until) return 0;
  return until === "forever" ? FOR_GOOD : Math.max(0, Math.ceil((Date.parse(until) - Date.parse(at)) / 1000));
}

/** @param {object} frame chat.notice @returns {Message} */
export function fromNotice({text, data, at}, gid) {
  return notice(gid, at, {operationType: NOTICE.CUSTOM, userDefinedField: data || text, text});
}

/** Put out of the group, or the group is gone. @param {string} reason of a `kicked` frame @returns {Message} */
export function fromKick(reason, gid) {
  const operationType = reason === "disbanded" ? NOTICE.DISBANDED : NOTICE.KICKED_OUT;
  return notice(gid, new Date().toISOString(), {operationType, userDefinedField: "", reason});
}

function notice(gid, at, payload) {
  return {
    ...said(null, at, null),
    to: gid,
    conversationType: TYPES.CONV_SYSTEM,
    conversationID: TYPES.CONV_SYSTEM,
    type: TYPES.MSG_GRP_SYS_NOTICE,
    payload: {...payload, groupProfile: {groupID: gid}},
    ID: nextId("notice"),
  };
}

/** @param {object} frame user.message @param {string | null} me uid @returns {Message} */
export function fromPersonal({from, at, ...words}, me) {
  return {
    ...said(from, at, null),
    to: me ?? "",
    conversationType: TYPES.CONV_C2C,
    conversationID: `${TYPES.CONV_C2C}${from?.uid ?? ""}`,
    type: TYPES.MSG_CUSTOM,
    payload: customOf(words),
    ID: nextId("c2c"),
  };
}

/**
 * A message of one's own that was not sent yet; it can be drawn at once.
 * @param {string} type @param {object} options `{to, conversationType, priority, payload}` @param {object | null} me
 * @returns {Message}
 */
export function newMessage(type, {to, conversationType = TYPES.CONV_GROUP, priority, payload}, me) {
  return {
    ...said(me, new Date().toISOString(), me?.uid ?? null),
    to,
    conversationType,
    conversationID: `${conversationType}${to}`,
    type,
    payload,
    ID: nextId("new"),
    flow: "out",
    priority: priority ?? TYPES.MSG_PRIORITY_NORMAL,
    status: "unSend",
  };
}

/** What `chat.send` carries for it. @param {Message} message */
export function fieldsOf({type, payload, priority}) {
  const common = {priority: priority.toUpperCase()};
  if (type === TYPES.MSG_TEXT) return {...common, kind: "text", text: payload.text};
  if (type === TYPES.MSG_FACE) return {...common, kind: "face", text: payload.data};
  return {...common, kind: "custom", data: personalOf({payload})};
}

/** What `user.send` carries for it. @param {Message} message */
export function personalOf({payload: {data = "", description = "", extension = ""}}) {
  return {data, desc: description, ext: extension};
}

/** @param {object} profile of a group @param {object | null} me one's standing there */
export function groupOf(profile, me) {
  return {
    groupID: profile.gid,
    type: profile.type,
    ...changedGroup(profile),
    ownerID: profile.owner?.uid ?? "",
    joinOption: profile.join_option,
    memberCount: profile.online,
    muteAllMembers: profile.muted_all,
    likes: profile.likes,
    follows: profile.follows,
    vouchers: profile.vouchers,
    inquiries: profile.inquiries,
    selfInfo: me ? {userID: me.uid ?? "", role: ROLES[me.role] ?? ""} : null,
  };
}

/** Only the fields that are there. */
function changedGroup(profile = {}) {
  const group = {};
  for (const [ours, theirs] of Object.entries(GROUP_FIELDS)) if (ours in profile) group[theirs] = profile[ours];
  if (profile.custom) {
    group.groupCustomField = Object.entries(profile.custom).map(([key, value]) => ({key, value}));
  }
  return group;
}

/** @param {{uid: string, nick: string, avatar: string}} person */
export const profileOf = ({uid, nick, avatar}) => ({userID: uid, nick, avatar});

/** What every message has, whoever said it. */
function said(person, at, me) {
  return {
    from: person?.uid ?? "",
    nick: person?.nick ?? "",
    avatar: person?.avatar ?? "",
    time: Math.floor(Date.parse(at) / 1000),
    flow: person && person.uid === me ? "out" : "in",
    priority: TYPES.MSG_PRIORITY_NORMAL,
    sequence: 0,
    status: "success",
  };
}

const inGroup = (gid) => ({to: gid, conversationType: TYPES.CONV_GROUP, conversationID: `${TYPES.CONV_GROUP}${gid}`});

const wordOf = (priority) => priority[0] + priority.slice(1).toLowerCase();

let last = 0;
const nextId = (sort) => `${sort}:${++last}`;
