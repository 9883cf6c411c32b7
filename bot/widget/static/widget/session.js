// What survives a reload: the number of the conversation and its key. Nothing that was typed or
// read is ever stored.

const KEY = "seedwarden-chat";

// Storage may be forbidden (private windows, strict settings); the chat then lives until reload.
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

/** The stored `{id, token, expires_at}`, or null when there is none or its time is over. */
export function load() {
  const session = attempt(() => JSON.parse(localStorage.getItem(KEY)));
  if (!session?.id || !session.token) return null;
  return Date.parse(session.expires_at) < Date.now() ? null : session;
}

export function save({ id, token, expires_at }) {
  attempt(() => localStorage.setItem(KEY, JSON.stringify({ id, token, expires_at })));
}

export function forget() {
  attempt(() => localStorage.removeItem(KEY));
}

/** Calls `changed` when another tab began or ended the conversation, until `signal` ends it. */
export function watch(changed, signal) {
  addEventListener("storage", (event) => event.key === KEY && changed(load()), { signal });
}
