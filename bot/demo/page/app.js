// Joins the page's parts: reads what a person may see, follows the live stream, and draws it.

import { listen, read } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { ClockStrip } from "./clock.js";
import { Composer } from "./composer.js";
import { attempt, contextFor } from "./context.js";
import { Conversation } from "./conversation.js";
import { h, keepFocus } from "./dom.js";
import { Form } from "./form.js";
import { closeMenu, openMenu } from "./menu.js";
import { Modals } from "./modal.js";
import { refreshDates } from "./mrkdwn.js";
import { ProviderPanel } from "./panel.js";
import { followPermalinks, permalinkOf } from "./permalink.js";
import { startShortcut } from "./sending.js";
import { Session } from "./session.js";
import { drawPeople, drawSidebar } from "./sidebar.js";
import { welcome } from "./welcome.js";

const byId = (id) => document.getElementById(id);
const session = new Session();
const on = { thread: (message) => openThread(message), menu: (message, anchor) => openMessageMenu(message, anchor) };
const channelList = new Conversation(session, byId("channel-scroll"), byId("channel-messages"), { inThread: false, on });
const threadList = new Conversation(session, byId("thread-scroll"), byId("thread-messages"), { inThread: true, on });
const modals = new Modals(session, byId("modal"));
const clock = new ClockStrip(session, { moved: () => drawAgain(), say: toast });
const providers = new ProviderPanel(session, { say: toast });
const composer = new Composer(session, { name: "composer", where: () => whereAmI(null) });
const threadComposer = new Composer(session, { name: "thread-composer", where: () => whereAmI(session.thread) });
let homeForm = new Form();
let stopListening = () => {};
let toastTimer;

/** What the address asks for after its "#". */
const asked = (name) => new URLSearchParams(location.hash.slice(1)).get(name);

function toast(sentence) {
  byId("toast").textContent = sentence;
  byId("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (byId("toast").hidden = true), 5000);
}

/** Where a typed line goes; a notice about it appears there even if the person has moved on. */
function whereAmI(thread) {
  const channel = session.place.id;
  const say = (sentence) => {
    session.notice(channel, thread, sentence);
    drawConversation();
  };
  return { channel, thread, say };
}

function openMessageMenu(message, anchor) {
  const shortcuts = (session.world.shortcuts ?? []).filter((one) => one.type === "message");
  const { say } = whereAmI(null);
  const items = shortcuts.map((one) => ({
    label: one.name,
    detail: session.world.app.name,
    data: { "data-shortcut": one.callback_id },
    run: () => startShortcut(session, one, say, message),
  }));
  const copy = { label: "Copy text", run: () => navigator.clipboard?.writeText(message.text ?? "") };
  openMenu(anchor, [...items, copy]);
}

function openThread(message) {
  session.thread = message.thread_ts ?? message.ts;
  draw();
  threadComposer.box.focus();
}

function closeThread() {
  const link = byId("channel-messages").querySelector(`[data-ts="${session.thread}"] .thread-link`);
  session.thread = null;
  draw();
  (link ?? composer.box).focus();
}

/** On a narrow screen the sidebar lies over the messages. */
function showSidebar(shown) {
  document.body.classList.toggle("sidebar-open", shown);
  byId("sidebar-toggle").setAttribute("aria-expanded", String(shown));
}

async function go(place) {
  closeMenu();
  session.place = place;
  session.thread = null;
  showSidebar(false);
  if (place.kind === "channel") session.unread.delete(place.id);
  draw();
  if (place.kind === "home") await openHome();
  else await loadHistory(place.id);
}

/** Goes where a link to a message points, into its thread if it is a reply. */
async function visit({ channel, ts, thread }) {
  if (!session.channel(channel)) return toast("You cannot see the channel of this message.");
  await go({ kind: "channel", id: channel });
  const root = thread ?? session.messagesOf(channel).get(ts)?.message.thread_ts;
  if (root && root !== ts) {
    session.thread = root;
    draw();
  }
  const list = byId(session.thread ? "thread-messages" : "channel-messages");
  const node = list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.classList.add("changed");
}

async function openHome() {
  await attempt("home_opened", { user: session.user }, toast);
  session.home = (await readOrSay("home", {}))?.view ?? session.home;
  drawHome();
}

async function readOrSay(what, fields) {
  try {
    return await read(what, session.user ? { user: session.user, ...fields } : fields);
  } catch (error) {
    return toast(error.message);
  }
}

async function loadHistory(channel) {
  const since = session.step;
  const answer = await readOrSay("history", { channel });
  if (!answer) return;
  session.load(channel, answer.messages, since);
  drawConversation();
}

function drawConversation() {
  if (session.place.kind !== "channel" || !session.place.id) return;
  const messages = session.inChannel(session.place.id);
  const name = [session.user, session.place.id].join();
  byId("welcome").hidden = messages.length > 0;
  channelList.show(name, messages);
  if (session.thread) threadList.show([name, session.thread].join(), session.inThread(session.place.id, session.thread));
  else threadList.reset(null);
}

function drawHome() {
  if (session.place.kind !== "home" || !session.home) return;
  const container = { type: "view", view_id: session.home.id };
  homeForm = new Form(homeForm.values());
  const ctx = contextFor(session, { container, form: homeForm, complain: toast });
  keepFocus(byId("home"), () => byId("home").replaceChildren(...drawBlocks(session.home.blocks, ctx)));
}

function drawHead() {
  const { place, world } = session;
  const channel = session.channel(place.id);
  const name = place.kind === "home" ? `${world.app.name} · App Home` : session.nameOf(channel);
  const prefix = place.kind === "home" || session.isDirect(channel) ? "" : "# ";
  byId("place-name").textContent = prefix + name;
  const missing = place.kind === "channel" && !channel.bot_is_member;
  byId("place-note").textContent = missing
    ? `${world.app.name} is not in this channel: type /invite @${world.app.name}`
    : `${world.app.name} listens here`;
  byId("place-note").hidden = place.kind === "home";
  composer.enter([session.user, place.id].join(), `Message ${prefix.trim()}${name}`);
  threadComposer.enter([session.user, place.id, session.thread].join(), "Reply…");
}

function draw() {
  const home = session.place.kind === "home";
  byId("home").hidden = !home;
  byId("channel-scroll").hidden = home;
  composer.node.hidden = home;
  byId("thread").hidden = !session.thread;
  document.body.classList.toggle("thread-open", Boolean(session.thread));
  drawSidebar(byId("sidebar"), session, go);
  drawPeople(byId("people"), session, become);
  drawHead();
  byId("welcome").replaceChildren(...welcome(session, (line) => composer.fill(line)));
  drawConversation();
  drawHome();
}

/** After a jump of the clock, "today" may be another day. */
function drawAgain() {
  refreshDates(document.body, session.zone, session.now);
  providers.showAgain();
  if (session.place.id) drawConversation();
}

function onMessage({ message }) {
  const fresh = session.remember(message);
  const here = session.place.kind === "channel" && session.place.id === message.channel;
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  if (fresh && !here && !isReply && !message.edited && message.user !== session.user) {
    session.unread.set(message.channel, (session.unread.get(message.channel) ?? 0) + 1);
    drawSidebar(byId("sidebar"), session, go);
  }
  if (here) drawConversation();
}

const EVENTS = {
  message: onMessage,
  message_deleted: ({ channel, ts }) => {
    session.forget(channel, ts);
    drawConversation();
  },
  views: ({ stack }) => modals.show(stack),
  home: ({ view }) => {
    session.home = view;
    drawHome();
  },
  clock: ({ now }) => clock.set(now),
  world: () => readWorld(),
  panel: ({ panel }) => showPanel(panel),
  reset: () => become(session.user),
};

function showPanel(panel) {
  clock.showNextDue(panel?.next_due);
  providers.show(panel?.providers);
}

async function readWorld() {
  const world = await readOrSay("world", {});
  if (!world) return;
  session.world = world;
  showPanel(world.panel);
  draw();
}

async function onOpen(again) {
  byId("offline").hidden = true;
  if (!again) return;
  await readWorld();
  await catchUp();
}

async function catchUp() {
  const views = await readOrSay("views", {});
  if (views) modals.show(views.stack);
  if (session.place.kind === "home") await openHome();
  else await loadHistory(session.place.id);
}

/** Starts again as this person, in the same channel where they may see it. */
async function become(user) {
  const wish = session.place.id ?? asked("channel");
  stopListening();
  closeMenu();
  modals.show([]);
  session.clear();
  homeForm = new Form();
  session.user = user;
  const world = await readOrSay("world", {});
  if (!world || session.user !== user) return;
  session.world = world;
  session.now = world.now;
  session.place = { kind: "channel", id: startChannel(wish) };
  history.replaceState(null, "", `/#${new URLSearchParams({ user, channel: session.place.id })}`);
  showPanel(world.panel);
  clock.set(world.now);
  draw();
  stopListening = listen(user, { onEvent, onOpen, onLost: () => (byId("offline").hidden = false) });
  await catchUp();
  document.body.dataset.ready = user;
}

const onEvent = (event) => EVENTS[event.type]?.(event);

function startChannel(wish) {
  const shared = session.visibleChannels.filter((channel) => !channel.is_im);
  return (shared.find((channel) => channel.id === wish) ?? shared[0] ?? session.visibleChannels[0]).id;
}

async function start() {
  byId("channel").append(composer.node);
  byId("thread").append(threadComposer.node);
  byId("thread-close").addEventListener("click", closeThread);
  byId("sidebar-toggle").addEventListener("click", () => showSidebar(!document.body.classList.contains("sidebar-open")));
  followPermalinks(document, visit);
  const linked = permalinkOf(location.href);
  const world = await readOrSay("world", {}); // as nobody: who there is, is not known yet
  if (!world) return;
  const people = world.users.filter((user) => !user.is_bot);
  await become((people.find((user) => user.id === asked("user")) ?? people[0]).id);
  if (linked) await visit(linked);
}

await start();
