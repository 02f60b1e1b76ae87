/** Asking the server for something that no socket does. */
import {ours} from "footlight/door";
import {gettext} from "footlight/i18n";
import {Refused} from "footlight/socket";

const token = () => /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";

/**
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path below /api/v1/
 * @param {object | FormData} [fields] a form carries files
 * @param {{key?: string, door?: import("./door.js").Door}} [options] `key` names the act: said again under it, it is done
 * once; `door` is where the house is and who asks
 * @returns {Promise<any>} what it answered (null for nothing); rejects with Refused, "offline" when it was not heard
 */
export async function rest(method, path, fields, {key = "", door = ours} = {}) {
  const response = await ask(method, path, fields, key, door);
  if (response?.status !== 401 || !door.usersig || !door.getUserSig) return answerOf(response, door);
  await door.renew().catch(() => {}); // what ended meanwhile is asked again under a fresh UserSig, once
  return answerOf(await ask(method, path, fields, key, door), door);
}

function ask(method, path, fields, key, door) {
  const form = fields instanceof FormData; // the browser itself says where its parts end
  const headers = {Accept: "application/json", ...whoAsks(door), ...(form ? {} : {"Content-Type": "application/json"})};
  if (key) headers["Idempotency-Key"] = key;
  const body = form ? fields : fields && JSON.stringify(fields);
  const credentials = door.own ? "same-origin" : "omit";
  return fetch(door.address(`/api/v1/${path}`), {method, headers, body, credentials}).catch(() => null);
}

function whoAsks(door) {
  if (door.usersig) return {Authorization: `Bearer ${door.usersig}`};
  return door.own ? {"X-CSRFToken": token()} : {};
}

async function answerOf(response, door) {
  if (!response) throw new Refused({code: "offline", message: gettext("The connection is gone. Try again in a moment.")});
  const answer = await (door.base ? response.text().then((text) => door.parse(text)) : response.json()).catch(() => null);
  if (response.ok) return answer;
  throw new Refused(answer?.error ?? {code: String(response.status), message: gettext("That did not work. Try again.")});
}

/** @param {string} gid */
export const groupPath = (gid) => `groups/${encodeURIComponent(gid)}/`;
