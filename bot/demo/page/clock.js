// The strip at the top: the demo's clock and the ways to move it.

import { attempt } from "./context.js";
import { cityOf, clockTime, dayOf, inputInstant, inputValue, slackDate, tomorrowAt } from "./dates.js";

const byId = (id) => document.getElementById(id);

export class ClockStrip {
  /** `moved()` is called after the clock has jumped. */
  constructor(session, { moved, say }) {
    Object.assign(this, { session, moved, say });
    this.nextDue = null;
    const press = (id, target) => byId(id).addEventListener("click", () => this.skip(target()));
    press("clock-10min", () => ({ advance: 600 }));
    press("clock-1h", () => ({ advance: 3600 }));
    press("clock-next-due", () => ({ to: this.nextDue }));
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
    const due = this.nextDue;
    byId("clock-next-due").disabled = !due;
    const when = due ? slackDate(due, "{date_short_pretty}, {time}", zone, now) : "none";
    if (byId("clock-due-time").textContent !== when) byId("clock-due-time").textContent = when;
  }

  /** When the next waiting call falls due, in seconds since 1970; nothing when none waits. */
  showNextDue(due) {
    this.nextDue = due ?? null;
    this.tick();
  }
}
