// Reads Slack's mrkdwn into nodes: marks, quotes, code, links, mentions, dates, emoji and entities.

import { slackDate } from "./dates.js";
import { h } from "./dom.js";
import { namedEmoji, withEmoji, withPictures } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Slack escapes three characters, in plain text too. */
export const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** A link, or only its label when the address is not one a browser should follow. */
export function link(address, label) {
  const children = label ?? address.replace(/^(?:mailto|tel):/, "");
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !SAFE_SCHEMES.has(url.protocol)) return h("span", {}, children);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children);
}

export function userMention(id, ctx, label) {
  const user = ctx.world.users.find((one) => one.id === id);
  const isApp = id === ctx.world.app.bot_user;
  const name = isApp ? ctx.world.app.name : (user?.real_name ?? user?.name ?? label ?? id);
  return h("span", { class: id === ctx.user ? "mention mention-you" : "mention" }, `@${name}`);
}

export function channelMention(id, ctx, label) {
  const name = ctx.world.channels.find((one) => one.id === id)?.name ?? label ?? id;
  return h("span", { class: "mention" }, `#${name}`);
}

export function groupMention(id, ctx, label) {
  const handle = (ctx.world.groups ?? []).find((one) => one.id === id)?.handle;
  return h("span", { class: "mention" }, handle ? `@${handle}` : (label ?? id));
}

/** A time that `refreshDates` can write again when the demo's clock moves. */
export function dateNode(epoch, template, ctx, { address, fallback } = {}) {
  const shown = slackDate(epoch, template, ctx.zone, ctx.now());
  const when = new Date(epoch * 1000).toISOString();
  const data = { "data-epoch": epoch, "data-template": template, title: fallback ?? when };
  const node = h("time", { class: "date", datetime: when, ...data }, shown);
  return address ? link(address, node) : node;
}

/** Writes "today" and its like again, after midnight or a jump of the clock. */
export function refreshDates(root, zone, now) {
  for (const node of root.querySelectorAll("time[data-template]")) {
    node.textContent = slackDate(Number(node.dataset.epoch), node.dataset.template, zone, now);
  }
}

function special(body, ctx) {
  const [target, label] = splitOnce(body, "|");
  const shown = label === undefined ? undefined : decode(label);
  if (target.startsWith("@")) return userMention(target.slice(1), ctx, shown);
  if (target.startsWith("#")) return channelMention(target.slice(1), ctx, shown);
  if (!target.startsWith("!")) return link(decode(target), shown && withEmoji(shown));
  const [kind, ...rest] = target.slice(1).split("^");
  if (kind === "subteam") return groupMention(rest[0], ctx, shown);
  if (kind !== "date") return h("span", { class: "mention mention-you" }, `@${kind}`);
  const [epoch, template, address] = rest;
  if (!/^-?\d+$/.test(epoch ?? "") || !template) return shown ?? body;
  return dateNode(Number(epoch), decode(template), ctx, { address, fallback: shown });
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const MARKS = { "*": "strong", _: "em", "~": "s" };
const isWordCharacter = (character) => /[\p{L}\p{N}]/u.test(character ?? "");

/** The end of `<…>` or of a code span that starts at `from`, so that marks inside do not count. */
function skip(text, from) {
  const close = { "<": ">", "`": "`" }[text[from]];
  const end = close ? text.indexOf(close, from + 1) : -1;
  return end < 0 ? from : end;
}

function closingMark(text, from, mark) {
  for (let at = from; at < text.length; at += 1) {
    at = skip(text, at);
    const closes = text[at] === mark && at > from && !/\s/.test(text[at - 1]);
    if (closes && !isWordCharacter(text[at + 1]) && text[at + 1] !== mark) return at;
  }
  return -1;
}

function marked(text, at, ctx) {
  const mark = text[at];
  const opens = MARKS[mark] && !isWordCharacter(text[at - 1]) && !/[\s]/.test(text[at + 1] ?? " ");
  if (!opens || text[at + 1] === mark) return null;
  const end = closingMark(text, at + 1, mark);
  if (end < 0) return null;
  return [h(MARKS[mark], {}, inline(text.slice(at + 1, end), ctx)), end + 1];
}

const PATTERNS = [
  [/<([^<>\n]+)>/y, (match, ctx) => special(match[1], ctx)],
  [/`([^`\n]+)`/y, (match) => h("code", {}, decode(match[1]))],
  [/&(?:amp|lt|gt);/y, (match) => ENTITIES[match[0]]],
  [/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/y, (match) => namedEmoji(match[1])],
  [/https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"”]/y, (match) => link(decode(match[0]))],
];

function matched(text, at, ctx) {
  for (const [pattern, build] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const node = match && build(match, ctx);
    if (node) return [node, at + match[0].length];
  }
  return null;
}

/** One line of mrkdwn as nodes. */
export function inline(text, ctx) {
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = matched(text, at, ctx) ?? marked(text, at, ctx);
    if (found) {
      nodes.push(...withPictures(plain), found[0]);
      [plain, at] = ["", found[1]];
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return [...nodes, ...withPictures(plain)];
}

const joinLines = (lines, ctx) =>
  lines.flatMap((line, index) => [index ? h("br") : null, ...inline(line, ctx)]);

function paragraphs(text, ctx) {
  const nodes = [];
  const quoteMark = /^(?:>|&gt;) ?/;
  let lines = text.split("\n");
  while (lines.length) {
    const quoted = quoteMark.test(lines[0]);
    let end = lines.findIndex((line) => quoteMark.test(line) !== quoted);
    if (/^(?:>>>|&gt;&gt;&gt;)/.test(lines[0]) || end < 0) end = lines.length;
    const group = lines.slice(0, end);
    lines = lines.slice(end);
    if (quoted) nodes.push(h("blockquote", {}, joinLines(group.map(unquote), ctx)));
    else nodes.push(h("span", { class: "lines" }, joinLines(group, ctx)));
  }
  return nodes;
}

const unquote = (line) => line.replace(/^(?:(?:>|&gt;){3}|>|&gt;) ?/, "");

/** A whole mrkdwn text as nodes. */
export function mrkdwn(text, ctx) {
  return text.split("```").flatMap((piece, index, pieces) => {
    const fenced = index % 2 === 1 && index < pieces.length - 1;
    if (fenced) return [h("pre", {}, decode(piece.replace(/^\n|\n$/g, "")))];
    const open = index % 2 === 1 ? "```" : "";
    const trimmed = index && !open ? piece.replace(/^\n/, "") : piece;
    return trimmed || open ? paragraphs(open + trimmed, ctx) : [];
  });
}

/** A text object of either kind as nodes. */
export function textNodes(object, ctx) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx);
  return withEmoji(decode(object.text ?? ""));
}
