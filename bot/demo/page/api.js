// Speaks with the stand-in's control API: JSON requests and the live stream of one person.

/** A refusal by the stand-in; `message` is a sentence for people, `errors` belongs to input blocks. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body.message || body.error || `The demo server answered ${status}.`);
    this.status = status;
    this.errors = body.errors ?? null;
  }
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(0, { message: "The demo server cannot be reached. Is it still running?" });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok || body.ok === false) throw new ApiError(response.status, body);
  return body;
}

const query = (fields) => new URLSearchParams(fields).toString();

/** Reads `/_demo/<what>`. */
export const read = (what, fields) => request(`/_demo/${what}?${query(fields)}`);

/** Posts JSON to `/_demo/<what>`; commands, clicks and submissions answer when the app's ack is in. */
export function post(what, body) {
  const headers = { "Content-Type": "application/json" };
  return request(`/_demo/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Uploads one file for `user` and hands back its file object. */
export async function upload(user, file, channel) {
  const form = new FormData();
  form.append("user", user);
  if (channel) form.append("channel", channel);
  form.append("file", file);
  return (await request("/_demo/upload", { method: "POST", body: form })).file;
}

const RETRY_MS = 1500;

/**
 * Listens to what `user` sees. `onEvent` gets each object, `onOpen(again)` every (re)connection and
 * `onLost` every break. The returned function ends it.
 */
export function listen(user, { onEvent, onOpen, onLost }) {
  let source;
  let timer;
  let opened = 0;
  const connect = () => {
    source = new EventSource(`/_demo/stream?${query({ user })}`);
    source.onopen = () => onOpen(opened++ > 0);
    source.onmessage = (event) => onEvent(JSON.parse(event.data));
    source.onerror = () => {
      onLost();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
