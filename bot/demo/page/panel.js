// The panel of the stand-in providers: what each received, and knobs for how it behaves.

import { attempt } from "./context.js";
import { clockTime, dayOf } from "./dates.js";
import { h } from "./dom.js";

const byId = (id) => document.getElementById(id);

/** Puts other words into a node only when they differ, so that nothing flickers. */
function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** Sends what was chosen; the control itself stays, so that an open list is never shut. */
class Knob {
  constructor(knob, turn) {
    const choices = knob.choices.map((one) => h("option", { value: one.value }, one.label));
    const onchange = (event) => turn(knob.id, event.target.value);
    this.select = h("select", { "data-knob": knob.id, class: "select", onchange }, choices);
    this.node = h("label", { class: "knob" }, h("span", {}, knob.label), this.select);
  }

  show(knob) {
    if (this.select.value !== knob.value) this.select.value = knob.value;
  }
}

/** "11:04 AM", and on other days than today "Fri 11:04 AM"; `dayOf` begins with the weekday. */
function timeOf(at, { now, zone }) {
  const day = dayOf(at, zone);
  const time = clockTime(at, zone);
  return day === dayOf(now, zone) ? time : `${day.split(",")[0]} ${time}`;
}

function receivedLine(line, session) {
  const again = line.times > 1 ? ` ×${line.times}` : "";
  const good = line.answer.startsWith("2") || line.answer === "…";
  return h("li", { class: line.dial ? "dial" : null },
    h("time", { title: dayOf(line.at, session.zone) }, timeOf(line.at, session)),
    h("span", {}, h("span", { class: "asked" }, line.words), " ",
      h("span", { class: good ? "answer" : "answer bad" }, `→ ${line.answer}${again}`)),
    line.note && h("small", {}, line.note));
}

class Card {
  constructor(card, turn) {
    this.knobs = card.knobs.map((knob) => new Knob(knob, turn));
    this.tally = h("p", { class: "tally", "data-testid": "tally" });
    this.received = h("ol", { class: "received", "data-testid": "received", "aria-label": `What ${card.name} received` });
    this.node = h("section", { class: "card", "data-provider": card.id, "aria-label": card.name },
      h("header", { class: "card-head" }, h("h3", {}, card.name), this.tally),
      h("p", { class: "about" }, card.about),
      h("div", { class: "knobs" }, this.knobs.map((knob) => knob.node)),
      this.received);
  }

  show(card, session) {
    card.knobs.forEach((knob, index) => this.knobs[index].show(knob));
    write(this.tally, card.tally);
    this.received.replaceChildren(...card.received.map((line) => receivedLine(line, session)));
  }
}

export class ProviderPanel {
  constructor(session, { say }) {
    Object.assign(this, { session, say, providers: [], cards: new Map() });
    byId("panel-toggle").addEventListener("click", () => this.open(byId("panel").hidden));
    byId("panel-close").addEventListener("click", () => this.close());
    byId("panel").addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  open(shown) {
    byId("panel").hidden = !shown;
    byId("panel-toggle").setAttribute("aria-expanded", String(shown));
    document.body.classList.toggle("panel-open", shown);
  }

  close() {
    this.open(false);
    byId("panel-toggle").focus();
  }

  /** Draws the cards; the button is not shown when the demo gives none. */
  show(providers = []) {
    this.providers = providers;
    byId("panel-toggle").hidden = !providers.length;
    const dials = providers.reduce((sum, card) => sum + card.dials, 0);
    write(byId("panel-count"), `${dials} dial request${dials === 1 ? "" : "s"}`);
    for (const card of providers) this.cardOf(card).show(card, this.session);
  }

  /** After a jump of the clock, "today" may be another day. */
  showAgain() {
    this.show(this.providers);
  }

  cardOf(card) {
    if (!this.cards.has(card.id)) {
      this.cards.set(card.id, new Card(card, (id, value) => this.turn(id, value)));
      byId("panel-cards").append(this.cards.get(card.id).node);
    }
    return this.cards.get(card.id);
  }

  async turn(id, value) {
    const answer = await attempt("panel", { id, value }, this.say);
    if (answer?.panel) this.show(answer.panel.providers);
  }
}
