// How the word lists are packed stands in scripts/derive_browser_lists.py; here they are unpacked.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LISTED = 2048;
// The first level of two national tables: size, first and last lead byte, trail bytes. What browsers
// add behind the last one differs.
const GB = ["gb2312", 3755, [0xb0, 0xd7], [[0xa1, 0xfe]]];
const BIG5 = ["big5", 5401, [0xa4, 0xc6], [[0x40, 0x7e], [0xa1, 0xfe]]];
const PAIRS = 8300;
const ROOM_FOR_A_PAIR = 24;
const RICE_BITS = 4;
const FOUR = 14; // quarter bits that the first four letters of a word speak for a phrase

/**
 * A list of words: `entries` maps a folded word, or its first four letters where they stand for it
 * alone, to `{points, word, exact}`; `sizes` are the lengths of these.
 */
export function wordList(packed) {
  const [forms, letters] = packed.split("|");
  const words = [...forms.matchAll(/(\d)(\D*)/g)];
  const entries = new Map();
  const beginnings = new Map();
  let form = "";
  words.forEach(([, shared, rest], word) => {
    form = form.slice(0, shared) + rest;
    const value = letters.charCodeAt(word) - 65;
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
  const simplified = characters(bits, LISTED, GB);
  const changes = simplified.map(() => bits.take(1));
  const changed = characters(bits, changes.filter(Boolean).length, BIG5).values();
  const traditional = simplified.map((sign, place) => (changes[place] ? changed.next().value : sign));
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

// One number says in which order characters are taken out of a table that every browser has.
function characters(bits, count, encoding) {
  const left = table(encoding);
  for (let lacking = bits.take(4); lacking > 0; lacking -= 1) left.push(String.fromCharCode(bits.take(16)));
  let number = bits.number(bits.take(16));
  let few = 0; // what four divisions of the large number would leave, taken off in one
  return Array.from({ length: count }, (_, i) => {
    const size = left.length;
    if (i % 4 === 0) {
      const four = BigInt(size * (size - 1) * (size - 2) * (size - 3));
      few = Number(number % four);
      number /= four;
    }
    const [sign] = left.splice(few % size, 1);
    few = Math.floor(few / size);
    return sign;
  });
}

function table([name, size, [first, last], trails]) {
  const decoder = new TextDecoder(name);
  const bytes = [];
  for (let lead = first; lead <= last; lead += 1) {
    for (const [from, to] of trails) {
      for (let trail = from; trail <= to; trail += 1) bytes.push(lead, trail);
    }
  }
  return decoder.decode(Uint8Array.from(bytes)).match(/[\u4e00-\u9fff]/g).slice(0, size);
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

  number(count) {
    const digits = Array.from({ length: count }, () => this.take(1));
    return BigInt(`0b${digits.join("")}`);
  }

  /** How many ones come before the next zero. */
  ones() {
    let count = 0;
    while (this.take(1)) count += 1;
    return count;
  }
}
