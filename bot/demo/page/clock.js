// The strip at the top: the demo's clock, the ways to move it, and the stand-in provider's panel.

import { attempt } from "./context.js";
import { cityOf, clockTime, dayOf, inputInstant, inputValue, slackDate, tomorrowAt } from "./dates.js";
import { h, keepFocus } from "./dom.js";

const byId = (id) => document.getElementById(id);

export class ClockStrip {
  /** `moved()` is called after the clock has jumped. */
  constructor(session, { moved, say }) {
    Object.assign(this, { session, moved, say });
    this.panel = {};
    const press = (id, target) => byId(id).addEventListener("click", () => this.skip(target()));
    press("clock-10min", () => ({ advance: 600 }));
    press("clock-1h", () => ({ advance: 3600 }));
    press("clock-next-due", () => ({ to: this.panel.next_due }));
    press("clock-tomorrow", () => ({ to: tomorrowAt(10, session.now, session.zone) }));
    byId("clock-form").addEventListener("submit", (event) => this.onSubmit(event));
    setInterval(() => this.tick(), 1000);
  }

  onSubmit(event) {
    event.preventDefault();
    const instant = inputInstant(byId("clock-input").value, this.session.zone);
    if (instant === null) return this.say("Choose a day and a time to skip to.");
    return this.skip({ to: instant });
  }

  async skip(target) {
    const answer = await attempt("clock", target, this.say);
    if (!answer) return;
    this.set(answer.now);
    this.say(`The clock is at ${clockTime(answer.now, this.session.zone)}, ${dayOf(answer.now, this.session.zone)}.`);
  }

  set(now) {
    this.session.now = now;
    byId("clock-input").value = inputValue(now + 3600, this.session.zone);
    this.tick();
    this.moved();
  }

  tick() {
    if (!this.session.world) return;
    const { now, zone } = this.session;
    byId("clock-day").textContent = dayOf(now, zone);
    byId("clock-time").textContent = clockTime(now, zone, true);
    byId("clock-zone").textContent = cityOf(zone);
    const due = this.panel.next_due;
    byId("clock-next-due").disabled = !due;
    const when = due ? slackDate(due, "{date_short_pretty}, {time}", zone, now) : "none";
    if (byId("clock-due-time").textContent !== when) byId("clock-due-time").textContent = when;
  }

  /** Draws the provider's knobs and buttons; nothing is shown when the demo gives none. */
  showPanel(panel) {
    this.panel = panel ?? {};
    const { provider, buttons = [] } = this.panel;
    byId("panel").hidden = !provider && !buttons.length;
    byId("panel-name").textContent = provider?.name ?? "Demo";
    const parts = [...(provider?.knobs ?? []).map((knob) => this.knob(knob)), ...buttons.map((one) => this.button(one))];
    keepFocus(byId("panel-body"), () => byId("panel-body").replaceChildren(...parts));
    this.tick();
  }

  knob(knob) {
    const choices = knob.choices.map((one) => h("option", { value: one.value }, one.label));
    const turn = (event) => this.turn(knob.id, event.target.value);
    const select = h("select", { "data-knob": knob.id, class: "select", onchange: turn }, choices);
    select.value = knob.value;
    return h("label", { class: "knob" }, h("span", {}, knob.label), select);
  }

  button(button) {
    return h("div", { class: "panel-button" },
      h("button", { type: "button", class: "button", "data-panel-button": button.id, onclick: () => this.turn(button.id, null) }, button.label),
      button.hint && h("small", {}, button.hint));
  }

  async turn(id, value) {
    const answer = await attempt("panel", { id, value }, this.say);
    if (answer?.panel) this.showPanel(answer.panel);
  }
}
