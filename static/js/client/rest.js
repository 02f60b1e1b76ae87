/** Our REST door, from a page of the site. */
import {Refused} from "footlight/socket";

const CHANGES = ["POST", "PATCH", "DELETE"];

/**
 * @param {"GET" | "POST" | "PATCH" | "DELETE"} method
 * @param {string} path below /api/v1/
 * @param {object | FormData} [body]
 * @returns {Promise<any>} rejects with Refused; its code is "offline" where nothing was heard
 */
export async function rest(method, path, body) {
  const headers = {Accept: "application/json"};
  if (CHANGES.includes(method)) headers["X-CSRFToken"] = token();
  if (body && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  const response = await fetch(`/api/v1/${path}`, {method, headers, body}).catch(() => null);
  const answer = response?.status === 204 ? null : await response?.json().catch(() => undefined);
  if (!response || answer === undefined) throw new Refused({code: "offline"});
  if (!response.ok) throw new Refused(answer.error);
  return answer;
}

/** The page's token is in a cookie, and only the document shows those to a script. */
const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(globalThis.document?.cookie ?? "")?.[1] ?? "";
