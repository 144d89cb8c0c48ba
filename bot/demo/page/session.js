// Remembers what one person sees: the workspace, the messages so far, and the demo's clock.

const isRoot = (message) => !message.thread_ts || message.thread_ts === message.ts;
const isBroadcast = (message) => message.subtype === "thread_broadcast" || message.reply_broadcast === true;
const byTime = (one, other) => Number(one.ts) - Number(other.ts);

export class Session {
  constructor() {
    this.user = null;
    this.world = null;
    this.ahead = 0; // the demo's clock minus this machine's, in seconds
    this.clear();
  }

  /** Forgets what the last person saw. */
  clear() {
    this.place = { kind: "channel", id: null };
    this.thread = null;
    this.channels = new Map();
    this.unread = new Map();
    this.notices = [];
    this.home = null;
    this.stack = [];
    this.step = 0;
  }

  get me() {
    return this.world.users.find((user) => user.id === this.user);
  }

  get zone() {
    return this.me?.tz ?? "UTC";
  }

  get now() {
    return Date.now() / 1000 + this.ahead;
  }

  set now(epoch) {
    this.ahead = epoch - Date.now() / 1000;
  }

  /** The channels this person has joined, and the conversation with the app. */
  get visibleChannels() {
    return this.world.channels.filter((channel) => channel.is_member || !channel.is_im);
  }

  channel(id) {
    return this.world.channels.find((channel) => channel.id === id);
  }

  isDirect(channel) {
    return Boolean(channel?.is_im);
  }

  nameOf(channel) {
    if (!channel.is_im) return channel.name;
    return channel.bot_is_member ? this.world.app.name : channel.name;
  }

  /** Takes in a new or changed message and tells whether it was new. */
  remember(message) {
    const known = this.messagesOf(message.channel);
    const fresh = !known.has(message.ts);
    this.step += 1;
    known.set(message.ts, { message, step: this.step });
    return fresh;
  }

  forget(channel, ts) {
    this.messagesOf(channel).delete(ts);
  }

  /** Takes a history in; what the stream brought after `since` (a value of `step`) is newer and stays. */
  load(channel, messages, since) {
    const known = this.messagesOf(channel);
    const newer = [...known].filter(([, { step }]) => step > since);
    const old = messages.map((message) => [message.ts, { message, step: since }]);
    this.channels.set(channel, new Map([...old, ...newer]));
  }

  messagesOf(channel) {
    if (!this.channels.has(channel)) this.channels.set(channel, new Map());
    return this.channels.get(channel);
  }

  sorted(channel) {
    return [...this.messagesOf(channel).values()].map(({ message }) => message).sort(byTime);
  }

  /** What the channel itself shows: roots, broadcasts and notices outside threads. */
  inChannel(channel) {
    const shown = this.sorted(channel).filter((message) => isRoot(message) || isBroadcast(message));
    const kept = shown.filter((message) => !message.deleted || this.replies(channel, message.ts).length);
    return [...kept, ...this.noticesIn(channel, null)].sort(byTime);
  }

  inThread(channel, ts) {
    const root = this.messagesOf(channel).get(ts)?.message;
    const rest = [...this.replies(channel, ts), ...this.noticesIn(channel, ts)].sort(byTime);
    return root ? [root, ...rest] : rest;
  }

  replies(channel, ts) {
    const under = (message) => message.thread_ts === ts && message.ts !== ts && !message.deleted;
    return this.sorted(channel).filter(under);
  }

  noticesIn(channel, thread) {
    return this.notices.filter((notice) => notice.channel === channel && notice.thread === thread);
  }

  /** Adds a line of the page's own, which only this person sees until they leave. */
  notice(channel, thread, text) {
    const ts = String(this.now);
    this.notices.push({ ts, key: `notice-${this.notices.length}`, notice: true, channel, thread, text });
  }
}
