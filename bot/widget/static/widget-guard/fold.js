// A text as it is looked up: no case, width, marks, look-alikes or invisible characters.

const LOOKALIKES = pairs(
  "абвгеёзикмнорстухьіјѕһԁԛԝցհոսօαβγδεζηικλμνορτυχωıłøđħŧɑɡɩʟʀɪɢɴʏʙʜпƒϲþ\u2800",
  "abbreezukmhopctyxbijshdqwghnuoabydeznikaunoptuxwilodhtagilrignybhnfcp ",
);
const UNSEEN = /[\p{Mn}\p{Me}\p{Cf}\u115f\u1160\u3164\uffa0\u180e]/gu;
const HUMPS = /(?<=\p{Ll})(?=\p{Lu})/gu;
const SPELT = /(?<![a-z])(?:[a-z](?![a-z])[\s\d._·*,-]{1,6}){19,}[a-z](?![a-z])/g;
const MAY_BE_LOOKALIKE = /[^\x00-\x7f\u3040-\u9fff]/g;

function pairs(from, to) {
  const signs = [...to];
  return new Map([...from].map((sign, place) => [sign, signs[place]]));
}

/** `alike` is a map of traditional characters to simplified ones, once the lists are there. */
export function fold(text, alike = new Map()) {
  const plain = text
    .replace(HUMPS, " ")
    .replace(/\p{No}/gu, " $& ")
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFKD")
    .replace(UNSEEN, "")
    .replace(/[ァ-ヶ]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60))
    .replace(MAY_BE_LOOKALIKE, (sign) => LOOKALIKES.get(sign) ?? sign)
    .replace(/\p{Script=Han}/gu, (sign) => alike.get(sign) ?? sign);
  return plain.replace(SPELT, (run) => run.replace(/[^a-z]/g, ""));
}
