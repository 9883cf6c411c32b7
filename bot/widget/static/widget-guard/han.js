// How both Chinese lists see a text: the list against the best reading as prose. Nearly every
// character of prose is in the lists, so it is the pairs that tell prose from a phrase.

import { isPair } from "./lists.js";
import { BIT } from "./segments.js";

const LISTED = 11 * BIT;
const NOT_LISTED = 19 * BIT;
const RARE = 18 * BIT;
const PAIR = 15 * BIT;
const LATIN_WORD = -5 * BIT;
const COSTS = { end: -2 * BIT, number: -3 * BIT };
const UNEVEN = -4 * BIT; // groups of a phrase are alike; clauses of prose are not
const APART = 4 * BIT; // who writes prose does not set its characters apart
const JOINT = /^(?:and|then|next)$/; // "then 枪, then 疫"
const MOST_APART = 33; // characters; who sets more apart writes everything so
const ORDINAL_BONUS = 2 * BIT;

/** The elements of a text, one a character. */
export function elementsOf(tokens, lists) {
  const runs = runsOf(tokens);
  const apart = runs.filter(({ text, before }) => text.length === 1 && before === 1).length;
  const bonusApart = apart > MOST_APART ? 0 : APART;
  const gains = gainsOf(runs.map(({ text }) => text).join(""), lists);
  const found = [];
  let at = 0;
  for (const { cost, text, ordinal, before } of runs) {
    if (cost) found.push({ points: cost, word: -1, tight: false });
    [...text].forEach((sign, i) => {
      const points = gains[at] + (i ? 0 : bonus(text.length, before, ordinal, bonusApart));
      found.push({ points, word: lists.index.get(sign) ?? -1, sign, tight: true });
      at += 1;
    });
  }
  return found;
}

function bonus(size, before, ordinal, apart) {
  if (size === 1 && ordinal) return ORDINAL_BONUS + apart;
  if (size === 1 && before === 1) return apart;
  if (!before || size === before) return 0;
  return size > before ? UNEVEN : UNEVEN / 2;
}

// Runs of characters with the cost of what stands before them and the size of the run before.
function runsOf(tokens) {
  const runs = [];
  let [cost, ordinal, before] = [0, false, 0];
  for (const { kind, text } of tokens) {
    if (kind === "ordinal") ordinal = true;
    else if (kind === "han") {
      runs.push({ text, cost, ordinal, before });
      [cost, ordinal, before] = [0, false, text.length];
    } else {
      const told = before === 1 && (kind === "end" || JOINT.test(text));
      cost += ordinal || told ? 0 : (COSTS[kind] ?? LATIN_WORD);
      if (kind !== "end" && !told) before = 0;
      ordinal = false;
    }
  }
  return runs;
}

/** What each character of a run adds for the lists against the cheapest cut into prose. */
export function gainsOf(text, lists) {
  const best = [0];
  const size = [0];
  for (let i = 0; i < text.length; i += 1) {
    best.push(best[i] + alone(text[i], lists));
    size.push(1);
    if (i && best[i - 1] + PAIR < best[i + 1] && isPair(lists, text[i - 1], text[i])) {
      best[i + 1] = best[i - 1] + PAIR;
      size[i + 1] = 2;
    }
  }
  const gains = Array(text.length);
  for (let stop = text.length; stop > 0; stop -= size[stop]) {
    const share = (best[stop] - best[stop - size[stop]]) / size[stop];
    for (let i = stop - size[stop]; i < stop; i += 1) {
      gains[i] = Math.round(share - (lists.index.has(text[i]) ? LISTED : NOT_LISTED));
    }
  }
  return gains;
}

// The lists are ordered by use, so the place of a character tells what it costs in prose.
function alone(sign, lists) {
  const place = lists.index.get(sign);
  return place === undefined ? RARE : (1.4178 * Math.log2(place + 20) + 1) * BIT;
}
