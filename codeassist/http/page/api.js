// Requests to the server of this page.

let repository = "";
let token = kept((storage) => storage.getItem("token")) || "";

/** What `action` gives of the session's storage; nothing where the browser blocks it. */
function kept(action) {
  try { return action(sessionStorage); } catch { return undefined; }
}

export const hasToken = () => token !== "";
export function useRepository(name) { repository = name; }
export function useToken(text) { token = text; kept((storage) => storage.setItem("token", text)); }

export class Refused extends Error {
  constructor(message, status) { super(message); this.status = status; }
}

function address(path, query = {}) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries({ repo: repository, ...query })) {
    if (value !== "" && value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

async function send(method, path, query, body, extra = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(address(path, query), { method, headers, body: body === undefined ? undefined : JSON.stringify(body), ...extra });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The server does not answer; is it still running?", 0);
  }
  if (!response.ok) {
    const answer = await response.json().catch(() => null);
    throw new Refused(answer?.error?.message || `The server answered with ${response.status}.`, response.status);
  }
  return response;
}

export const get = async (path, query) => (await send("GET", path, query)).json();
export const post = async (path, body, signal) => (await send("POST", path, {}, body, { signal })).json();
export const remove = async (path) => (await send("DELETE", path)).json();

/** The events of a stream as [kind, data] pairs; ends early when `signal` is aborted. */
export async function* events(path, body, signal) {
  const response = await send(body === undefined ? "GET" : "POST", path, {}, body, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const kind = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (kind && data) yield [kind, JSON.parse(data)];
    }
  }
}
