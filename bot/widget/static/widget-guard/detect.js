// The guard's first look, in the customer's own browser. It mirrors bot/guard and may find less:
// the gateway looks again. Texts go in, a kind comes out; nothing is kept.

import { fold } from "./fold.js";
import { findKey } from "./keys.js";
import { inChinese, inWords } from "./phrase.js";
import { tokensOf } from "./tokens.js";

const HAN_ENOUGH = 11;
const WORDS_ENOUGH = 5;

/**
 * The kind of secret in a text, as the API names kinds, or null. `lists` is `{zh, words}`: the
 * Chinese lists, and lists of words by language, as far as they are loaded.
 */
export function detect(text, lists) {
  return findKey(bare(text)) ?? findPhrase(text, lists);
}

function bare(text) {
  return text.replace(/\p{Cf}/gu, "").normalize("NFKC");
}

function findPhrase(text, { zh, words }) {
  const folded = fold(text, zh?.alike);
  const tokens = tokensOf(folded);
  const signs = folded.match(/[\u3400-\u9fff]/g) ?? [];
  const said = tokens.filter(({ kind, text: word }) => kind === "word" && word.length > 1);
  const long = said.some(({ text: word }) => word.length >= 20);
  if (zh && signs.length >= HAN_ENOUGH && inChinese(folded, tokens, zh)) return "seed_phrase";
  if (said.length < WORDS_ENOUGH && !long) return null;
  return Object.values(words).some((list) => inWords(folded, tokens, list)) ? "seed_phrase" : null;
}
