// Elements are made by calls, never from strings: Trusted Types finds nothing to object to.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element: attributes, `on…` listeners, children (strings become text nodes). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const PATHS = {
  menu: "M5 12h.01M12 12h.01M19 12h.01",
  clip: "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.2a3 3 0 0 1 4.3 4.3l-7.9 7.9a1.5 1.5 0 0 1-2.1-2.1L14.5 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M5 12h13M12 5l7 7-7 7",
  shield: "M12 3l8 3v6c0 4.5-3.4 7.6-8 9-4.6-1.4-8-4.5-8-9V6z",
  down: "M12 5v14M5 12l7 7 7-7",
};

/** A drawn sign that says nothing to a screen reader; the words stand beside it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// A link ends where its name ends: one that runs on into "@", or into a letter that only looks like
// one of ours, is no link. Chinese may follow without a space.
const ADDRESS = new RegExp(
  "https://[a-z0-9.-]+(?::\\d+)?(?:[/?#][a-z0-9_\\-./?%&=#~+:@!$,;]*)?" +
    "(?![.:-]?(?!\\p{Script=Han})[\\p{L}\\p{N}@])",
  "giu",
);

function safeLink(found) {
  const address = found.replace(/[.,;:!?]+$/, "");
  try {
    const { protocol, username, password } = new URL(address);
    return protocol === "https:" && !username && !password ? address : "";
  } catch {
    return "";
  }
}

/** Splits a bot's text into text nodes and links; nothing but plain https addresses is a link. */
export function withLinks(text) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = safeLink(match[0]);
    if (!address) continue;
    nodes.push(text.slice(done, match.index));
    nodes.push(
      h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address),
    );
    done = match.index + address.length;
  }
  nodes.push(text.slice(done));
  return nodes;
}
