// Keeps a list of messages on screen in step with the session, redrawing only what changed.

import { contextFor } from "./context.js";
import { dayLabel, wallClock } from "./dates.js";
import { h, keepFocus } from "./dom.js";
import { Form } from "./form.js";
import { drawMessage, drawNotice } from "./message.js";

const NEAR_BOTTOM = 120; // pixels: closer than this, the list follows new messages

const wordsOf = (message) => JSON.stringify([message.text, message.blocks]);

export class Conversation {
  /** `on.thread(message)` and `on.menu(message, anchor)` are what a message's tools do. */
  constructor(session, scroller, list, { inThread, on }) {
    Object.assign(this, { session, scroller, list, inThread, on });
    this.items = new Map(); // by key: {node, stamp, form, message}
    this.shown = null;
  }

  /** Draws `messages` of one conversation; `name` tells conversations apart. */
  show(name, messages) {
    const another = this.shown !== name;
    const follow = another || this.isNearBottom();
    if (another) this.reset(name);
    this.arrange(this.withDays(messages));
    if (follow) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  reset(name) {
    this.shown = name;
    this.items.clear();
    this.list.replaceChildren();
  }

  isNearBottom() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
  }

  withDays(messages) {
    const { zone, now } = this.session;
    let day = null;
    return messages.flatMap((message) => {
      const next = wallClock(Number(message.ts), zone).slice(0, 3).join("-");
      const line = next === day || this.inThread ? [] : [{ key: `day-${next}`, day: dayLabel(Number(message.ts), zone, now) }];
      day = next;
      return [...line, { key: message.key ?? message.ts, message }];
    });
  }

  /** Puts the wanted items in order without moving nodes that stay, so that the focus stays too. */
  arrange(wanted) {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { node }] of this.items) {
      if (keys.has(key)) continue;
      node.remove();
      this.items.delete(key);
    }
    let cursor = this.list.firstChild;
    for (const item of wanted) {
      const node = this.nodeFor(item, cursor);
      if (node === cursor) cursor = cursor.nextSibling;
      else this.list.insertBefore(node, cursor);
    }
  }

  nodeFor({ key, day, message }) {
    const replies = message && !this.inThread ? this.session.replies(message.channel, message.ts) : [];
    const today = wallClock(this.session.now, this.session.zone).slice(0, 3); // "last reply today" ages
    const stamp = JSON.stringify([day, message, replies.map((reply) => reply.ts), today]);
    const before = this.items.get(key);
    if (before?.stamp === stamp) return before.node;
    const form = new Form(before?.form?.values());
    const node = day ? h("li", { class: "day" }, h("span", {}, day)) : this.draw(message, form, replies);
    if (before) this.replace(before, node, message);
    const kept = before ? before.node : node;
    this.items.set(key, { node: kept, stamp, form, message });
    return kept;
  }

  /** Fills the old list item anew: it keeps its place, and the focus inside it its control. */
  replace(before, node, message) {
    keepFocus(before.node, () => before.node.replaceChildren(...node.childNodes));
    before.node.className = node.className;
    if (message && wordsOf(before.message) !== wordsOf(message)) {
      void before.node.offsetWidth; // lets the highlight start again
      before.node.classList.add("changed");
    }
  }

  draw(message, form, replies) {
    if (message.notice) return drawNotice(message, this.session);
    const container = { type: "message", channel: message.channel, ts: message.ts };
    const complain = (sentence) => this.complain(message.ts, sentence);
    const ctx = contextFor(this.session, { container, form, complain });
    return drawMessage(message, this.session, ctx, { inThread: this.inThread, replies, on: this.on });
  }

  complain(key, sentence) {
    const place = this.items.get(key)?.node.querySelector(".act-problem");
    if (!place) return;
    place.textContent = sentence;
    place.hidden = false;
  }
}
