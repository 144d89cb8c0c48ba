// Draws `rich_text` blocks and the cells of tables.

import { h } from "./dom.js";
import { namedEmoji, withPictures } from "./emoji.js";
import { channelMention, dateNode, groupMention, link, decode, userMention } from "./mrkdwn.js";

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

function styled(nodes, style = {}) {
  return Object.entries(STYLES).reduce(
    (inner, [name, tag]) => (style[name] ? [h(tag, {}, inner)] : inner),
    nodes,
  );
}

const PIECES = {
  text: (piece) => withPictures(decode(piece.text)),
  link: (piece) => [link(piece.url, piece.text ? decode(piece.text) : undefined)],
  user: (piece, ctx) => [userMention(piece.user_id, ctx)],
  channel: (piece, ctx) => [channelMention(piece.channel_id, ctx)],
  usergroup: (piece, ctx) => [groupMention(piece.usergroup_id, ctx)],
  broadcast: (piece) => [h("span", { class: "mention mention-you" }, `@${piece.range}`)],
  emoji: (piece) => [namedEmoji(piece.name) ?? `:${piece.name}:`],
  color: (piece) => [h("code", {}, piece.value)],
  date: (piece, ctx) => [
    dateNode(piece.timestamp, piece.format, ctx, { address: piece.url, fallback: piece.fallback }),
  ],
};

const pieces = (elements, ctx) =>
  elements.flatMap((piece) => {
    const draw = PIECES[piece.type];
    if (!draw) return [h("span", { class: "cannot-draw" }, `cannot draw rich text “${piece.type}”`)];
    return styled(draw(piece, ctx), piece.style);
  });

function breakLines(nodes) {
  return nodes.flatMap((node) =>
    typeof node === "string" && node.includes("\n")
      ? node.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]))
      : [node],
  );
}

const PARTS = {
  rich_text_section: (part, ctx) => h("div", {}, breakLines(pieces(part.elements, ctx))),
  rich_text_quote: (part, ctx) => h("blockquote", {}, breakLines(pieces(part.elements, ctx))),
  rich_text_preformatted: (part, ctx) => h("pre", {}, pieces(part.elements, ctx)),
  rich_text_list: (part, ctx) =>
    h(part.style === "ordered" ? "ol" : "ul", { class: part.indent ? "deeper" : null },
      part.elements.map((item) => h("li", {}, breakLines(pieces(item.elements, ctx))))),
};

/** The parts of a `rich_text` block as nodes. */
export function richText(block, ctx) {
  return block.elements.map((part) => {
    const draw = PARTS[part.type];
    return draw ? draw(part, ctx) : h("div", { class: "cannot-draw" }, `cannot draw “${part.type}”`);
  });
}

function cellText(cell) {
  if (cell.type === "raw_text") return withPictures(decode(cell.text));
  if (cell.type === "raw_number") return [String(cell.text ?? cell.value)];
  return null;
}

/** One table cell as nodes. */
export function cellNodes(cell, ctx) {
  if (!cell) return [];
  if (cell.type === "rich_text") return richText(cell, ctx);
  return cellText(cell) ?? [h("span", { class: "cannot-draw" }, `cannot draw cell “${cell.type}”`)];
}
