import { learn } from "./words.js";

// The one place that sees a text between the send button and the network.

const PATIENCE = 4000; // ms that a message waits for the guard's code
let coming = null;

function guard() {
  coming ??= import("../widget-guard/guard.js").then(
    (module) => {
      learn(module.WORDS);
      return module;
    },
    () => {
      coming = null;
    },
  );
  return coming;
}

/** Somebody is about to write: fetch what is needed to read along. */
export async function prepare() {
  await (await guard())?.prepare();
}

/**
 * The kind of secret in a text that must not be sent, or null. Where the guard cannot be fetched or
 * fails, the text goes: the gateway has a guard of its own.
 */
export async function beforeSend(text) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const loaded = await Promise.race([guard(), late]);
  return loaded ? loaded.find(text).catch(() => null) : null;
}
