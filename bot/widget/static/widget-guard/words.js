// How a list of words, other than the Chinese ones, sees a text.

import { BIT } from "./segments.js";

const UNLISTED = -5 * BIT;
const SENTENCE_END = -2 * BIT;
const NUMBER = -3 * BIT;
const FILLER = -1 * BIT;
const GAP_CHANGED = (-3 * BIT) / 2; // who writes a list writes it evenly; prose does not
const ORDINAL_BONUS = 2 * BIT;
const LEFT_OVER = -3 * BIT;
const NEAR = 3; // elements between two sentence ends of a list
const LONG = 20; // letters; a longer run is no word and is cut over the list
const SHAPE = /[\s0-9.]+|[^a-z]?s\b/g;
const STORY = /\b(?:first|second|third|fourth|fifth|sixth|then|next|after|followed)\b/g;
const STORY_STEPS = 4;
const FILLERS = new Set(
  ("and then next the word is comes after that followed by was one first second third fourth fifth " +
    "sixth last finally number it its with of my a").split(" "),
);
const FIGURES = { 0: "o", 1: "l", 3: "e", 4: "a", 5: "s", 7: "t" };

/** What `list` says about a word: `{points, word, exact}` or undefined. */
export function lookUp(list, text) {
  if (!/\d/.test(text)) return list.entries.get(text);
  const lettered = text.replace(/[013457]/g, (figure) => FIGURES[figure]);
  return list.entries.get(text.replace(/^\d+|\d+$/g, "")) ?? list.entries.get(lettered);
}

/** The elements of a text; with `mend` a word one letter away from a listed one counts too. */
export function elementsOf(folded, tokens, list, mend) {
  const story = (folded.match(STORY) ?? []).length >= STORY_STEPS;
  const state = { ordinal: false, tight: false, shape: "", listedEnd: -1, sentenceEnd: -NEAR };
  const found = [];
  for (const token of tokens) {
    if (token.kind === "ordinal") state.ordinal = true;
    else if (token.kind === "end") endSentence(found, state);
    else found.push(...seen(token, { folded, list, mend, story, state }));
  }
  return found;
}

function endSentence(found, state) {
  const inList = state.ordinal || found.length - state.sentenceEnd < NEAR;
  found.push(silent(inList ? 0 : SENTENCE_END));
  state.sentenceEnd = found.length;
}

function seen(token, around) {
  const { state } = around;
  const made = token.kind === "word" ? ofWord(token.text, around) : [silent(token.kind === "number" ? NUMBER : UNLISTED)];
  if (made[0].word >= 0) joinTo(made[0], token, around);
  state.tight = made.at(-1).word >= 0;
  state.ordinal = false;
  return made;
}

function joinTo(element, token, { folded, story, state }) {
  const gap = state.tight ? folded.slice(state.listedEnd, token.start).replace(SHAPE, "") : state.shape;
  if (state.ordinal) element.points += ORDINAL_BONUS;
  else if (gap !== state.shape && !story) element.points += GAP_CHANGED;
  element.tight = state.tight;
  Object.assign(state, { shape: gap, listedEnd: token.end });
}

function ofWord(text, { list, mend, story }) {
  const entry = lookUp(list, text);
  if (!entry && text.length >= LONG) return cut(text, list);
  if (story && FILLERS.has(text) && (!entry || entry.points < FILLER)) return [silent(FILLER)];
  if (entry) return [{ points: entry.points, word: entry.word, tight: false }];
  const near = mend ? misspelt(text, list) : undefined;
  if (near) return [{ points: Math.floor(near.points / 2) - BIT, word: near.word, tight: false }];
  return [silent(UNLISTED)];
}

function silent(points) {
  return { points, word: -1, tight: false };
}

// The best cut of a long run of letters into listed words.
function cut(text, { entries, sizes }) {
  const best = [0, ...Array(text.length).fill(-Infinity)];
  const via = [];
  const reach = (stop, points, step) => {
    if (points > best[stop]) [best[stop], via[stop]] = [points, step];
  };
  for (let begin = 0; begin < text.length; begin += 1) {
    reach(begin + 1, best[begin] + LEFT_OVER, { size: 1 });
    for (const size of sizes) {
      const entry = entries.get(text.slice(begin, begin + size));
      if (entry && begin + size <= text.length) reach(begin + size, best[begin] + entry.points, { size, entry });
    }
  }
  const found = [];
  for (let stop = text.length; stop > 0; stop -= via[stop].size) {
    const { entry } = via[stop];
    found.push(entry ? { points: entry.points, word: entry.word, tight: true } : silent(LEFT_OVER));
  }
  return found.reverse();
}

/** The entry of a listed word one letter away: left out, put in, changed or in the wrong place. */
export function misspelt(text, list) {
  if (text.length < 4 || text.length > 14) return undefined;
  list.shortened ??= shortenedOf(list.entries);
  const { entries, shortened } = list;
  if (shortened.has(text)) return shortened.get(text);
  for (const form of withoutOne(text)) {
    const entry = entries.get(form);
    if (entry?.exact) return entry;
    if (form.length >= 4 && shortened.has(form)) return shortened.get(form);
  }
  return undefined;
}

function shortenedOf(entries) {
  const shortened = new Map();
  for (const [form, entry] of entries) {
    if (entry.exact && form.length >= 4) for (const short of withoutOne(form)) shortened.set(short, entry);
  }
  return shortened;
}

function withoutOne(form) {
  return Array.from(form, (_, i) => form.slice(0, i) + form.slice(i + 1));
}
