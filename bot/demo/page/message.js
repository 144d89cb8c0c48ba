// Draws one message: who, when, what, its files, and the way into its thread.

import { drawBlocks } from "./blocks.js";
import { clockTime, dayLabel, slackDate } from "./dates.js";
import { h, icon } from "./dom.js";
import { link, mrkdwn } from "./mrkdwn.js";

const TINTS = 6;
const tint = (id) => [...id].reduce((sum, letter) => (sum * 29 + letter.charCodeAt(0)) % 9973, 7) % TINTS;

const initials = (name) =>
  name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();

/** A square with initials, or the app's sign. */
export function avatar(user, name, isApp, small = false) {
  const size = small ? " small" : "";
  if (isApp) return h("span", { class: `avatar app-sign${size}`, "aria-hidden": "true" });
  return h("span", { class: `avatar tint-${tint(user ?? name)}${size}`, "aria-hidden": "true" }, initials(name));
}

/** The name a message is signed with, and whether an app wrote it. */
export function authorOf(message, world) {
  const user = world.users.find((one) => one.id === message.user);
  const isApp = Boolean(message.bot || user?.is_bot);
  const name = message.username || (isApp ? world.app.name : user?.real_name || user?.name) || "Somebody";
  return { id: message.user ?? name, name, isApp };
}

/** A line of the page's own, such as a command that failed. */
export function drawNotice(notice, session) {
  return h("li", { class: "message notice", "data-testid": "notice", "data-ts": notice.ts },
    h("span", { class: "avatar page-sign", "aria-hidden": "true" }, icon("alert")),
    h("div", { class: "message-main" },
      onlyYou(),
      h("div", { class: "byline" }, h("strong", { class: "author" }, "Workspace"), time(notice, session)),
      h("div", { class: "text" }, notice.text)));
}

const onlyYou = () => h("div", { class: "only-you" }, icon("eye"), "Only visible to you");

function time(message, session) {
  const epoch = Number(message.ts);
  const full = `${dayLabel(epoch, session.zone, session.now)} at ${clockTime(epoch, session.zone, true)}`;
  return h("time", { class: "when", title: full, datetime: new Date(epoch * 1000).toISOString() },
    clockTime(epoch, session.zone));
}

/** A file's name as a link; `url_private` would ask for the app's token, so the stand-in has its own door. */
function fileChip(file, session) {
  const address = `${location.origin}/_demo/file?${new URLSearchParams({ user: session.user, id: file.id })}`;
  const size = file.size === undefined ? null : h("small", {}, ` · ${sizeOf(file.size)}`);
  return h("div", { class: "file", "data-file-id": file.id }, icon("file"),
    h("span", {}, link(address, file.name ?? file.title ?? file.id), size));
}

function sizeOf(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${Math.round(bytes / 1048576)} MB`;
}

function attachment(one, ctx) {
  const node = h("div", { class: "attachment" },
    one.pretext && h("div", { class: "text" }, mrkdwn(one.pretext, ctx)),
    one.title && h("strong", {}, one.title_link ? link(one.title_link, one.title) : one.title),
    one.blocks ? drawBlocks(one.blocks, ctx) : one.text && h("div", { class: "text" }, mrkdwn(one.text, ctx)),
    (one.fields ?? []).map((field) => h("div", { class: "field text" }, h("strong", {}, field.title), " ", mrkdwn(field.value, ctx))),
    one.footer && h("div", { class: "context" }, one.footer));
  if (/^#?[0-9a-f]{6}$/i.test(one.color ?? "")) node.style.borderColor = `#${one.color.replace("#", "")}`;
  return node;
}

function content(message, session, ctx) {
  if (message.deleted) return h("div", { class: "text gone" }, "This message was deleted.");
  const body = message.blocks?.length
    ? drawBlocks(message.blocks, ctx)
    : h("div", { class: "text" }, mrkdwn(message.text ?? "", ctx));
  return [body, (message.attachments ?? []).map((one) => attachment(one, ctx)), (message.files ?? []).map((file) => fileChip(file, session))];
}

function threadLink(message, replies, session, open) {
  const count = Math.max(message.reply_count ?? 0, replies.length);
  if (!count) return null;
  const authors = new Map(replies.map((reply) => authorOf(reply, session.world)).map((one) => [one.id, one]));
  const faces = [...authors.values()].slice(0, 4).map((one) => avatar(one.id, one.name, one.isApp, true));
  const last = replies.at(-1);
  const when = last && `${slackDate(Number(last.ts), " {date_short_pretty}", session.zone, session.now)} at ${clockTime(Number(last.ts), session.zone)}`;
  return h("button", { type: "button", class: "thread-link", "data-testid": "replies", onclick: open },
    faces, h("span", { class: "count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    when && h("span", { class: "last" }, `last reply${when}`));
}

function tools(message, inThread, on) {
  const tool = (name, title, testid, run, more = {}) =>
    h("button", { type: "button", "aria-label": title, title, "data-testid": testid, onclick: run, ...more }, icon(name));
  if (message.deleted || message.ephemeral) return null;
  return h("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" },
    inThread ? null : tool("reply", "Reply in thread", "reply-in-thread", () => on.thread(message)),
    tool("more", "More actions", "message-menu", (event) => on.menu(message, event.currentTarget), { "aria-haspopup": "menu" }));
}

/** A message as a list item. `on` holds what opening its thread and its menu do. */
export function drawMessage(message, session, ctx, { inThread, replies, on }) {
  const author = authorOf(message, session.world);
  const kind = message.ephemeral ? " ephemeral" : "";
  return h("li", { class: `message${kind}`, "data-ts": message.ts, "data-testid": "message" },
    avatar(author.id, author.name, author.isApp),
    h("div", { class: "message-main" },
      message.ephemeral ? onlyYou() : null,
      !inThread && message.thread_ts && message.thread_ts !== message.ts
        ? h("button", { type: "button", class: "broadcast", onclick: () => on.thread(message) }, "replied to a thread")
        : null,
      h("div", { class: "byline" },
        h("strong", { class: "author" }, author.name),
        author.isApp ? h("span", { class: "app-badge" }, "APP") : null,
        time(message, session),
        message.edited ? h("span", { class: "edited" }, "(edited)") : null),
      h("div", { class: "content" }, content(message, session, ctx)),
      h("div", { class: "act-problem", role: "alert", hidden: true }),
      inThread ? null : threadLink(message, replies, session, () => on.thread(message))),
    tools(message, inThread, on));
}
