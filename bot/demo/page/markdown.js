// Draws standard Markdown, as Slack's `markdown` block takes it: enough for summaries and transcripts.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

const INLINE = [
  [/`([^`]+)`/y, (match) => h("code", {}, match[1])],
  [/\*\*(?=\S)([\s\S]+?)\*\*|__(?=\S)([\s\S]+?)__/y, (match) => h("strong", {}, spans(match[1] ?? match[2]))],
  [/~~(?=\S)([\s\S]+?)~~/y, (match) => h("s", {}, spans(match[1]))],
  [/\*(?=\S)([^*]+?)\*|(?<![\p{L}\p{N}])_(?=\S)([^_]+?)_(?![\p{L}\p{N}])/uy,
    (match) => h("em", {}, spans(match[1] ?? match[2]))],
  [/!?\[([^\]]*)\]\(([^)\s]+)\)/y, (match) => link(match[2], spans(match[1]))],
  [/<(https?:[^>\s]+)>/y, (match) => link(match[1])],
  [/\\([\\`*_{}[\]()#+.!~|>-])/y, (match) => match[1]],
];

function spans(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const hit = INLINE.map(([pattern, build]) => {
      pattern.lastIndex = at;
      return [pattern.exec(text), build];
    }).find(([match]) => match);
    if (hit) {
      nodes.push(...withEmoji(plain), hit[1](hit[0]));
      [plain, at] = ["", at + hit[0][0].length];
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return [...nodes, ...withEmoji(plain)];
}

const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function takeWhile(lines, test) {
  const end = lines.findIndex((line) => !test(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function fence(lines) {
  lines.shift();
  const body = takeWhile(lines, (line) => !line.startsWith("```"));
  lines.shift();
  return h("pre", {}, body.join("\n"));
}

function table(lines) {
  const [head, , ...rows] = takeWhile(lines, (line) => line.includes("|")).map(cells);
  const row = (tag) => (values) => h("tr", {}, values.map((value) => h(tag, {}, spans(value))));
  return h("div", { class: "table-scroll" },
    h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))));
}

function list(lines) {
  const items = takeWhile(lines, (line) => ITEM.test(line)).map((line) => ITEM.exec(line));
  const tag = items[0][2] ? "ol" : "ul";
  return h(tag, { start: items[0][2] ?? null }, items.map(([, indent, , text]) =>
    h("li", { class: indent.length > 1 ? "deeper" : null }, spans(text.replace(/^\[( |x)\] /, (_, done) =>
      done === "x" ? "☑ " : "☐ ")))));
}

function paragraph(lines) {
  const isBlock = (line) => BLOCKS.some(([test]) => test(line, ""));
  const body = [lines.shift(), ...takeWhile(lines, (line) => line.trim() && !isBlock(line))];
  return h("p", {}, body.flatMap((line, index) => [index ? h("br") : null, ...spans(line)]));
}

const BLOCKS = [
  [(line) => line.startsWith("```"), fence],
  [(line) => /^#{1,6}\s/.test(line), (lines) => {
    const [, marks, text] = /^(#+)\s+(.*)$/.exec(lines.shift());
    return h(`h${Math.min(marks.length + 2, 6)}`, {}, spans(text));
  }],
  [(line) => /^(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line), (lines) => lines.shift() && h("hr")],
  [(line) => line.startsWith(">"), (lines) => h("blockquote", {},
    markdown(takeWhile(lines, (line) => line.startsWith(">")).map((line) => line.replace(/^> ?/, "")).join("\n")))],
  [(line, next) => line.includes("|") && /^[\s|:-]*-[\s|:-]*$/.test(next), table],
  [(line) => ITEM.test(line), list],
];

/** A Markdown text as nodes. */
export function markdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) {
    if (!lines[0].trim()) {
      lines.shift();
      continue;
    }
    const [, draw] = BLOCKS.find(([test]) => test(lines[0], lines[1] ?? "")) ?? [null, paragraph];
    nodes.push(draw(lines));
  }
  return nodes;
}
