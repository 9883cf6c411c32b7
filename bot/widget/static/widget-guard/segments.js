// Scored segments: the stretch of a text that speaks most for being a phrase. An element is
// `{points, word, tight}`: quarter bits, index in the list or -1, nothing between it and the one before.

export const BIT = 4; // points are quarter bits of log2 p(phrase) / p(prose)
const REPEATED = -1 * BIT;

/** The segment with the highest sum; a word that comes again adds nothing (Kadane). */
export function bestSegment(elements) {
  let best = { points: 0, words: 0, first: 0, last: -1 };
  let [points, words, first, seen] = [0, 0, 0, new Set()];
  elements.forEach((element, place) => {
    if (points <= 0) [points, words, first, seen] = [0, 0, place, new Set()];
    points += seen.has(element.word) ? Math.min(element.points, REPEATED) : element.points;
    if (element.word >= 0) {
      seen.add(element.word);
      words += 1;
    }
    if (points > best.points) best = { points, words, first, last: place };
  });
  return best;
}

/** The runs of `atLeast` listed words or more with nothing between; repeated words count in full. */
export function tightRuns(elements, atLeast) {
  const runs = [];
  let run = [];
  const close = () => {
    if (run.length >= atLeast) runs.push(run);
  };
  for (const element of elements) {
    if (!(element.word >= 0 && (element.tight || !run.length))) {
      close();
      run = [];
    }
    if (element.word >= 0) run.push(element);
  }
  close();
  return runs;
}

export function pointsOf(run) {
  return run.reduce((sum, { points }) => sum + points, 0);
}
