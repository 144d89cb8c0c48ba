// Sends what a person typed: messages, slash commands of the app, and the few commands of the workspace.

import { post, upload } from "./api.js";
import { attempt, failureOf } from "./context.js";

/** Commands the workspace itself answers. */
export const WORKSPACE_COMMANDS = [
  { command: "/invite", usage_hint: "@name", description: "Bring somebody into this channel" },
  { command: "/remove", usage_hint: "@name", description: "Take somebody out of this channel" },
];

export const commandsOf = (session) => [...session.world.commands, ...WORKSPACE_COMMANDS];

function whoIs(session, text) {
  const wanted = text.replace(/^@/, "").trim().toLowerCase();
  const { app, users } = session.world;
  if ([app.name, app.bot_user].some((name) => name.toLowerCase() === wanted)) return app.bot_user;
  const names = (user) => [user.id, user.name, user.real_name].map((name) => (name ?? "").toLowerCase());
  return users.find((user) => names(user).includes(wanted))?.id;
}

async function membership(session, { word, rest, channel, say }) {
  const who = whoIs(session, rest);
  if (!who) return say(`Nobody here is called “${rest || "…"}”. Write ${word} @${session.world.app.name}.`);
  const what = word === "/invite" ? "invite" : "kick";
  const answer = await attempt(what, { user: session.user, channel, who }, say);
  if (answer) say(what === "invite" ? `${rest} was added to the channel.` : `${rest} was taken out of the channel.`);
}

async function appCommand(session, { word, text, channel, say }) {
  const answer = await attempt("command", { user: session.user, channel, text }, say);
  const failure = answer && failureOf(answer.delivery);
  if (failure) say(`${word} failed with the error “${failure}”.`);
}

async function command(session, line) {
  const { word, thread, say } = line;
  if (!commandsOf(session).some((one) => one.command === word)) {
    return say(`${word} is not a command here. To send it as a message, put a space before the “/”.`);
  }
  if (thread) return say(`${word} is not supported in threads. Type it in the channel itself.`);
  const isWorkspace = WORKSPACE_COMMANDS.some((one) => one.command === word);
  return isWorkspace ? membership(session, line) : appCommand(session, line);
}

/** Sends a typed text. `say(sentence)` shows a notice where it was typed. */
export async function send(session, text, { channel, thread, say }) {
  const [word] = text.split(/\s/, 1);
  const rest = text.slice(word.length).trim();
  if (word.startsWith("/")) return command(session, { word, rest, text, channel, thread, say });
  const about = thread ? { thread_ts: thread } : {};
  return attempt("message", { user: session.user, channel, text: text.trim(), ...about }, say);
}

/** Uploads files and posts them as one message, with `text` as its words. */
export async function sendFiles(session, files, text, { channel, thread, say }) {
  try {
    const uploaded = await Promise.all([...files].map((file) => upload(session.user, file, channel)));
    const about = thread ? { thread_ts: thread } : {};
    await post("message", { user: session.user, channel, text, files: uploaded, ...about });
  } catch (error) {
    say(error.message);
  }
}

/** Starts a shortcut: a global one, or one on a message. */
export async function startShortcut(session, shortcut, say, message) {
  const about = message ? { channel: message.channel, ts: message.ts } : {};
  const body = { user: session.user, callback_id: shortcut.callback_id, ...about };
  const answer = await attempt("shortcut", body, say);
  const failure = answer && failureOf(answer.delivery);
  if (failure) say(`“${shortcut.name}” failed with the error “${failure}”.`);
}
