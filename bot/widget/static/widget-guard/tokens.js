// Cuts a folded text into words, ordinals, numbers, Chinese and sentence ends.

export const HIGHEST_ORDINAL = 33; // a share of a phrase has up to 33 words
const LONGEST_WORD = 14;

const HAN = "[\\u3400-\\u9fff]";
const JOINT = "[ \\t]{0,2}(?:is|was|=>?|:|->|\\)|\\.|是|为)?";
const HAN_NUMBER = "[一二三四五六七八九十廿]{1,3}";
const NUMBER = `(?:\\d{1,2}|${HAN_NUMBER})`;
const WORD_OF = "(?:助记|恢复)?(?:单词|词|字";
const NUMBERED = "words?|w|no|nr|num|number|mot|palabra|parola|palavra|slovo|seed";
const TEENS = "(?:four|six|seven|eigh|nine)teenth|thirteenth|fifteenth|twentieth";
const FIRST = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth";
const THEN = "然后|接着|接下来|下一个|下个|下面|再来|再|后面|之后|最后一个|最后|其次|还有|跟着|末尾";
// A word of a phrase follows: no Chinese word has a single character before a separator.
const AHEAD = `(?=\\s?(?:[a-z\\u1100-\\u11ff\\u3041-\\u3096]|${HAN}(?!${HAN})|${HAN}第))`;
const LABELS = [
  `第\\s?${NUMBER}\\s?个?\\s?${WORD_OF}|:|(?=是|为))${JOINT}`,
  `第\\s?${NUMBER}\\s?[个位号项]?[\\s,.、-]?${AHEAD}`,
  `(?<!\\d)\\d{1,2}\\s?[号位项][\\s,.:、-]?${AHEAD}`,
  `(?<![a-z\\d])(?:[ivx]{1,5}|[a-z])\\s?[.):]${AHEAD}`,
  `(?:${THEN})(?:单词|词|字)?(?:就是|是|为)?:?${AHEAD}`,
  `(?<!${HAN})${HAN_NUMBER}\\s?[、,.:)-]${AHEAD}`,
  `${WORD_OF})\\s?\\d{1,2}(?!\\d)${JOINT}`,
  `\\b(?:${NUMBERED})[ _.#-]{0,2}\\d{1,2}(?!\\d)${JOINT}`,
  `\\b\\d{1,2}(?:st|nd|rd|th)\\b(?: (?:word|one)\\b)?${JOINT}`,
  `\\b(?:the )?(?:twenty[ -]?(?:first|second|third|fourth)|${TEENS}|${FIRST})(?: (?:word|one)\\b)?` +
    "[ \\t]{0,2}(?:is\\b|was\\b|=|:|->)",
].join("|");
const WORD =
  "\\d{0,4}[a-z][a-z0-9]*(?:['’](?:s|t|re|ve|ll|d|m)\\b)?|[\\u1100-\\u11ff]+|[\\u3041-\\u3096ー]+";
const TAG = "</?(?:li|ol|ul|p|br|td|tr|th|b|i|em|span|div|table|tbody) ?/?>";
const TOKEN = new RegExp(
  `${TAG}|(?<label>${LABELS})|(?<word>${WORD})|(?<number>\\d+)` +
    `|(?<han>${HAN}(?:(?!第${NUMBER}个)${HAN})*)|(?<end>[.!?](?=\\s|$)|[。！？])`,
  "g",
);

/** Tokens are `{kind, text, start, end}`; `kind` is word, ordinal, number, han or end. */
export function tokensOf(folded) {
  const found = [];
  for (const match of folded.matchAll(TOKEN)) {
    const text = match[0];
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const mixed = kind === "word" && (/^\d/.test(text) || text.length > LONGEST_WORD);
    if (mixed) found.push(...apart(text, match.index));
    else if (kind) found.push(token(kind, text, match.index));
  }
  return found;
}

function token(kind, text, start) {
  const small = kind === "number" && text.length < 4 && Number(text) <= HIGHEST_ORDINAL;
  const named = kind === "label" || small ? "ordinal" : kind;
  return { kind: named, text, start, end: start + text.length };
}

// Numbers and letters written together: "1abandon2ability". A digit inside may stand for a letter.
function apart(text, start) {
  const pieces = text.length > LONGEST_WORD ? /\d+|\D+/g : /^\d+|.+/g;
  return [...text.matchAll(pieces)].map(({ 0: piece, index }) =>
    token(/^\d+$/.test(piece) ? "ordinal" : "word", piece, start + index),
  );
}
