// Looks for a secret before anything is sent, and fetches the word lists for it. Texts go no
// further than this; what cannot be fetched in time is left to the gateway, which looks again.

import { detect } from "./detect.js";
import { fold } from "./fold.js";
import { chineseLists, wordList } from "./lists.js";

export { WORDS } from "./notices.js";

const PATIENCE = 4000; // ms that a message waits for a list
const LATIN = ["es", "fr", "it", "cs", "pt"];
const MANY_WORDS = /(?:[a-z]{3,9}[^a-z]+){9}[a-z]{3,9}|[a-z]{40}/;

const lists = { zh: null, words: {} };
const coming = new Map(); // language → promise, while a list is on its way or there

/** Fetches the English list and both Chinese ones; others come when a text calls for them. */
export function prepare() {
  return load(["en", "zh"]);
}

/** The kind of secret in a text, as the API names kinds, or null. */
export async function find(text) {
  await load(["en", "zh", ...scriptsOf(text)]);
  const kind = detect(text, lists);
  if (kind || !MANY_WORDS.test(fold(text))) return kind;
  await load(LATIN);
  return detect(text, lists);
}

function scriptsOf(text) {
  const found = [];
  if (/[\u3041-\u30ff\uff66-\uff9f]/.test(text)) found.push("ja");
  if (/[\u1100-\u11ff\uac00-\ud7a3]/.test(text)) found.push("ko");
  return found;
}

function load(names) {
  return Promise.all(names.map((name) => coming.get(name) ?? begin(name)));
}

function begin(name) {
  const list = fetchList(name).catch(() => coming.delete(name));
  coming.set(name, list);
  return list;
}

async function fetchList(name) {
  const options = { credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch(new URL(`lists/${name}.txt`, import.meta.url), options);
  if (!response.ok) throw new Error(`list ${name}: ${response.status}`);
  const packed = await response.text();
  if (name === "zh") lists.zh = chineseLists(packed);
  else lists.words[name] = wordList(packed);
}
