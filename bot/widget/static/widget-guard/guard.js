// Looks for a secret before anything is sent, and fetches the word lists for it. Texts go no
// further than this; what cannot be fetched in time is left to the gateway, which looks again.

import { detect, detectPhrase, mayBeList } from "./detect.js";
import { chineseLists, wordList } from "./lists.js";

export { WORDS } from "./notices.js";

const PATIENCE = 4000; // ms that a message waits for a list
const LATIN = ["es", "fr", "it", "cs", "pt"];
const SCRIPTS = {
  en: /[^\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\P{L}]/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  ko: /\p{Script=Hangul}/u,
};

const lists = { zh: null, words: {} };
const coming = new Map(); // language → promise, while a list is on its way or there

/** Fetches the English list and both Chinese ones; others come when a text calls for them. */
export function prepare() {
  return load(["en", "zh"]);
}

/** The kind of secret in a text, as the API names kinds, or null. */
export async function find(text) {
  const languages = languagesOf(text.normalize("NFKC"));
  await load(["zh", ...languages]);
  const kind = detect(text, lists, languages);
  if (kind || !mayBeList(text)) return kind;
  await load(LATIN);
  return detectPhrase(text, lists, LATIN);
}

// The languages whose script is in a text; others in Latin letters come only when it may be a list.
function languagesOf(text) {
  return Object.keys(SCRIPTS).filter((name) => SCRIPTS[name].test(text));
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
