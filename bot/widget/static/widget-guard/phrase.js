// Recovery phrases: the decision over what the word lists see.

import { LENGTHS, bip39, holdsPhrase } from "./checksum.js";
import * as han from "./han.js";
import { BIT, bestSegment, pointsOf, tightRuns } from "./segments.js";
import * as words from "./words.js";

const CUE =
  /recovery (?:phrase|words?|seed)|(?:seed|secret|backup|mnemonic) ?(?:phrase|words?)|mnemonic|(?:1[258]|2[0145]) ?(?:words?|个?(?:单词|词|字))|助记|恢复词|恢复短语|种子词|种子短语|备份词|my seed/;

const SURE = 30 * BIT;
const SURE_WORDS = 6;
const SUSPECT = 22 * BIT;
const SUSPECT_WORDS = 6;
const CUED = 20 * BIT;
const WORTH_MENDING = 12 * BIT;
const RUN = 11;
const RUN_POINTS = 12 * BIT;
const RUN_DISTINCT = 8;
const CHECKED_POINTS = 8 * BIT;
const CHECKED_DISTINCT = 6;
const LONGEST_CHECKED = 60; // words

const HAN_SURE = 48 * BIT;
const HAN_CUED = 22 * BIT;
const HAN_CHECKED = 14 * BIT;
const HAN_WHOLE = 6 * BIT; // of every character together, once length and checksum hold
const HAN_WORDS = 8;
const ONE_SIGN = /^(.)\1{10,}.$/; // the phrases of test vectors: one again and again
const BEFORE_IT = /^.*[是为词]/; // "我的助记词是" and then the phrase, without a sign between

/** True where a list of words finds a phrase in a folded text. */
export function inWords(folded, tokens, list) {
  let elements = words.elementsOf(folded, tokens, list, false);
  let best = bestSegment(elements);
  if (best.points >= WORTH_MENDING && best.points < SURE) {
    elements = words.elementsOf(folded, tokens, list, true);
    best = bestSegment(elements);
  }
  if (best.points >= SURE && best.words >= SURE_WORDS) return true;
  if (best.points >= SUSPECT && best.words >= SUSPECT_WORDS) return true;
  if (best.points >= CUED && best.words >= SURE_WORDS && CUE.test(folded)) return true;
  return tightRuns(elements, RUN).some(telling);
}

// A run of list words with nothing between: varied and unlike prose, or with a checksum.
function telling(run) {
  const numbers = run.map(({ word }) => word);
  const distinct = new Set(numbers).size;
  const points = pointsOf(run);
  if (points >= RUN_POINTS && distinct >= RUN_DISTINCT) return true;
  if (run.length > LONGEST_CHECKED) return false;
  if (oneWordRepeated(numbers)) return true;
  return points >= CHECKED_POINTS && distinct >= CHECKED_DISTINCT && holdsPhrase(numbers);
}

// "abandon … about": one word again and again, and another one last.
function oneWordRepeated(numbers) {
  return LENGTHS.some((length) => {
    const end = numbers.slice(-length);
    const same = end.slice(0, -1).every((word) => word === end[0]);
    return end.length === length && same && end[0] !== end.at(-1) && bip39(end);
  });
}

/** True where the Chinese lists find a phrase in a folded text. */
export function inChinese(folded, tokens, lists) {
  const { points, words: size } = bestSegment(han.elementsOf(tokens, lists));
  const enough = size >= HAN_WORDS && points >= HAN_CHECKED;
  if (enough && (points >= HAN_SURE || (points >= HAN_CUED && CUE.test(folded)))) return true;
  return candidates(tokens).some((text) => (enough || ONE_SIGN.test(text)) && isWhole(text, lists));
}

// What may be a phrase and nothing else: all Chinese of a text, or one run of it.
function candidates(tokens) {
  const runs = tokens.filter(({ kind }) => kind === "han").map(({ text }) => text);
  const alone = runs.filter(({ length }) => length > 1);
  const apart = runs.filter(({ length }) => length === 1);
  return [runs.join(""), apart.join(""), ...alone, ...alone.map((run) => run.replace(BEFORE_IT, ""))];
}

function isWhole(text, lists) {
  if (!LENGTHS.includes(text.length)) return false;
  if (!ONE_SIGN.test(text) && han.gainsOf(text, lists).reduce((sum, gain) => sum + gain) < HAN_WHOLE) return false;
  return [lists.simplified, lists.traditional].some((script) => {
    const numbers = Array.from(text, (sign) =>
      script.findIndex((one) => one === sign || lists.alike.get(one) === sign),
    );
    return !numbers.includes(-1) && bip39(numbers);
  });
}
