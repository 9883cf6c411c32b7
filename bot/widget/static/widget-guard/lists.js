// How the word lists are packed stands in scripts/derive_browser_lists.py; here they are unpacked.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LISTED = 2048;
const PAIRS = 8300;
const ROOM_FOR_A_PAIR = 24;
const RICE_BITS = 4;
const FOUR = 14; // quarter bits that the first four letters of a word speak for a phrase

/**
 * A list of words: `entries` maps a folded word, or its first four letters where they stand for it
 * alone, to `{points, word, exact}`; `sizes` are the lengths of these.
 */
export function wordList(packed) {
  const words = [...packed.matchAll(/(\d)([^\dA-Z]*)([A-Z])/g)];
  const entries = new Map();
  const beginnings = new Map();
  let form = "";
  words.forEach(([, shared, rest, letter], word) => {
    form = form.slice(0, shared) + rest;
    const value = letter.charCodeAt(0) - 65;
    entries.set(form, { points: 4 * (value % 13) - 24, word, exact: true });
    const opening = form.slice(0, 4);
    const taken = beginnings.has(opening) || value >= 13 || form.length < 5;
    beginnings.set(opening, taken ? null : { points: FOUR, word, exact: false });
  });
  for (const [opening, entry] of beginnings) {
    if (entry && !entries.has(opening)) entries.set(opening, entry);
  }
  const sizes = [...new Set(Array.from(entries.keys(), (entry) => entry.length))];
  return { entries, sizes, shortened: null };
}

/** Both Chinese lists: characters in order, which of them are alike, and the pairs of prose. */
export function chineseLists(packed) {
  const bits = new Bits(packed);
  const simplified = Array.from({ length: LISTED }, () => character(bits));
  const traditional = simplified.map((sign) => (bits.take(1) ? character(bits) : sign));
  const alike = new Map();
  const index = new Map();
  traditional.forEach((sign, place) => {
    if (sign !== simplified[place]) alike.set(sign, simplified[place]);
  });
  for (const script of [simplified, traditional]) {
    script.forEach((sign, place) => {
      const same = alike.get(sign) ?? sign;
      if (!index.has(same)) index.set(same, place);
    });
  }
  return { simplified, traditional, alike, index, pairs: pairsOf(bits) };
}

/** True where two characters often stand side by side in prose (now and then also by chance). */
export function isPair(lists, first, second) {
  return lists.pairs[placeOf(first, second)] === 1;
}

function character(bits) {
  return String.fromCharCode(0x4e00 + bits.take(15));
}

function pairsOf(bits) {
  const pairs = new Uint8Array(PAIRS * ROOM_FOR_A_PAIR);
  for (let place = -1; ; ) {
    place += 1 + (bits.ones() << RICE_BITS) + bits.take(RICE_BITS);
    if (place >= pairs.length || bits.done) return pairs;
    pairs[place] = 1;
  }
}

function placeOf(first, second) {
  const mixed = Math.imul(first.charCodeAt(0), 0x9e3779b1) ^ Math.imul(second.charCodeAt(0), 0x85ebca6b);
  return (mixed >>> 4) % (PAIRS * ROOM_FOR_A_PAIR);
}

/** Bits of a text in base 64, the highest first. */
class Bits {
  #text;
  #at = 0;

  constructor(text) {
    this.#text = Uint8Array.from(text, (letter) => LETTERS.indexOf(letter));
  }

  get done() {
    return this.#at > 6 * this.#text.length;
  }

  take(count) {
    let value = 0;
    for (let i = 0; i < count; i += 1, this.#at += 1) {
      value = 2 * value + ((this.#text[Math.floor(this.#at / 6)] >> (5 - (this.#at % 6))) & 1);
    }
    return value;
  }

  /** How many ones come before the next zero. */
  ones() {
    let count = 0;
    while (this.take(1)) count += 1;
    return count;
  }
}
