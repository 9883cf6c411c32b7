// The guard's first look, in the customer's own browser. It mirrors bot/guard and may find less:
// the gateway looks again. Texts go in, a kind comes out; nothing is kept.

import { fold } from "./fold.js";
import { findKey } from "./keys.js";
import { inChinese, inWords } from "./phrase.js";
import { tokensOf } from "./tokens.js";

const HAN_ENOUGH = 10; // twelve, and two of them forgotten
const WORDS_ENOUGH = 5;
const IN_A_ROW = 10;
const LONG = 20; // letters of a run that may be words without separators

/**
 * The kind of secret in a text, as the API names kinds, or null. `lists` is `{zh, words}`: the
 * Chinese lists, and lists of words by language, as far as they are loaded.
 */
export function detect(text, lists, languages) {
  return findKey(bare(text)) ?? detectPhrase(text, lists, languages);
}

/** The same for recovery phrases alone, of these languages. */
export function detectPhrase(text, { zh, words }, languages) {
  const folded = fold(text, zh?.alike);
  const tokens = tokensOf(folded);
  const signs = folded.match(/[\u3400-\u9fff]/g) ?? [];
  if (zh && signs.length >= HAN_ENOUGH && inChinese(folded, tokens, zh)) return "seed_phrase";
  const said = tokens.filter(({ kind, text: word }) => kind === "word" && word.length > 1);
  if (said.length < WORDS_ENOUGH && !said.some(({ text: word }) => word.length >= LONG)) return null;
  const known = languages.filter((name) => words[name]).map((name) => words[name]);
  return known.some((list) => inWords(folded, tokens, list)) ? "seed_phrase" : null;
}

/** True where words of some length stand in a row as hardly any prose has them. */
export function mayBeList(text) {
  let row = 0;
  for (const { kind, text: word } of tokensOf(fold(text))) {
    if (kind === "word" || kind === "han") row = /^[a-z]{3}/.test(word) ? row + 1 : 0;
    if (row >= IN_A_ROW || (kind === "word" && word.length >= 2 * LONG)) return true;
  }
  return false;
}

function bare(text) {
  return text.replace(/\p{Cf}/gu, "").normalize("NFKC");
}
