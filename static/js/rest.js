/** Asking the server for something that no socket does. */
import {gettext} from "footlight/i18n";
import {Refused} from "footlight/socket";

const token = () => /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";

/**
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path below /api/v1/
 * @param {object | FormData} [fields] a form carries files
 * @param {{key?: string}} [options] `key` names the act: said again under it, it is done once
 * @returns {Promise<any>} what it answered (null for nothing); rejects with Refused, "offline" when it was not heard
 */
export async function rest(method, path, fields, {key = ""} = {}) {
  const form = fields instanceof FormData; // the browser itself says where its parts end
  const headers = {Accept: "application/json", "X-CSRFToken": token(), ...(form ? {} : {"Content-Type": "application/json"})};
  if (key) headers["Idempotency-Key"] = key;
  const body = form ? fields : fields && JSON.stringify(fields);
  const response = await fetch(`/api/v1/${path}`, {method, headers, body}).catch(() => null);
  if (!response) throw new Refused({code: "offline", message: gettext("The connection is gone. Try again in a moment.")});
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new Refused(answer?.error ?? {code: String(response.status), message: gettext("That did not work. Try again.")});
}

/** @param {string} gid */
export const groupPath = (gid) => `groups/${encodeURIComponent(gid)}/`;
