// The left side and the switcher of persons: where one can go, and who one is.

import { cityOf } from "./dates.js";
import { h, icon, keepFocus } from "./dom.js";
import { avatar } from "./message.js";

function entry(session, { label, sign, current, unread, go, data }) {
  const badge = unread ? h("span", { class: "unread", "aria-label": `${unread} unread` }, String(unread)) : null;
  const look = { class: unread ? "has-unread" : null, "aria-current": current ? "page" : null };
  return h("li", {}, h("button", { type: "button", ...look, ...data, onclick: go }, sign, h("span", {}, label), badge));
}

function channelEntry(session, channel, go) {
  const direct = session.isDirect(channel);
  return entry(session, {
    label: session.nameOf(channel),
    sign: direct ? avatar(null, session.nameOf(channel), channel.bot_is_member, true) : icon("hash"),
    current: session.place.kind === "channel" && session.place.id === channel.id,
    unread: session.unread.get(channel.id) ?? 0,
    go: () => go({ kind: "channel", id: channel.id }),
    data: { "data-channel": channel.id },
  });
}

/** Draws the sidebar; `go(place)` opens a channel or the app's home. */
export function drawSidebar(root, session, go) {
  const channels = session.visibleChannels;
  const list = (filter) => channels.filter(filter).map((one) => channelEntry(session, one, go));
  const home = entry(session, {
    label: "App Home",
    sign: icon("home"),
    current: session.place.kind === "home",
    go: () => go({ kind: "home" }),
    data: { "data-testid": "app-home" },
  });
  const parts = [
    h("div", { class: "workspace" }, session.world.team.name),
    h("h2", {}, "Channels"), h("ul", {}, list((one) => !one.is_im)),
    h("h2", {}, "Direct messages"), h("ul", {}, list((one) => one.is_im)),
    h("h2", {}, "Apps"), h("ul", {}, home),
  ];
  keepFocus(root, () => root.replaceChildren(...parts));
}

function personButton(session, user, become) {
  const mine = user.id === session.user;
  const about = `${user.real_name} · ${cityOf(user.tz)}`;
  return h("button", {
    type: "button", "data-user": user.id, "aria-pressed": String(mine),
    "aria-label": mine ? `You are ${about}` : `Become ${about}`,
    title: mine ? `You are ${about}` : `See what ${user.real_name} sees`,
    onclick: () => become(user.id),
  },
  avatar(user.id, user.real_name, false, true),
  h("span", { class: "who" },
    h("strong", {}, mine ? `You are ${about}` : user.real_name),
    h("small", {}, user.role ?? "")));
}

/** Draws one button a person; the pressed one is the viewer, with city and role. */
export function drawPeople(root, session, become) {
  const people = session.world.users.filter((user) => !user.is_bot);
  const buttons = people.map((user) => personButton(session, user, become));
  keepFocus(root, () => root.replaceChildren(...buttons));
}
