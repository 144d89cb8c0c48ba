// What an empty channel shows: what this is, and a line to try.

import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { reader } from "./context.js";

const TRY = "+1 415 555 2671 with Voz tomorrow 10am";

const MORE = {
  rep: ["", "opens the form"],
  lead: [" bulk", "calls a whole list, after an approval"],
  "on-call": [" status", "shows what is on the line"],
};

function line(session, command, rest, note, fill) {
  const text = `${command}${rest}`;
  const type = () => fill(text);
  return h("li", {}, h("code", {}, text), note ? ` ${note} · ` : " · ",
    h("button", { type: "button", class: "as-link", "data-testid": "type-it", onclick: type }, "type it for me"));
}

/** The nodes of the empty state; `fill(line)` puts a line into the composer. */
export function welcome(session, fill) {
  const { command } = session.world.app;
  const [rest, note] = MORE[session.me?.role] ?? MORE.rep;
  const name = session.world.app.name;
  return [
    h("span", { class: "avatar app-sign large", "aria-hidden": "true" }),
    h("h2", {}, "Nothing has happened here yet"),
    h("p", {}, mrkdwn(`*${name}* places phone calls for you. Nothing here leaves this machine: no phone rings.`, reader(session))),
    h("p", {}, "Try one of these:"),
    h("ul", {}, line(session, command, ` ${TRY}`, "", fill), line(session, command, rest, note, fill),
      line(session, command, " agents", "lists who can call, and where", fill),
      line(session, command, " help", "explains the rest", fill)),
    h("p", { class: "quiet" }, "Then skip the clock at the top, and watch the call happen. ",
      "“Providers” shows what reached each of them, and lets you make trouble."),
  ];
}
