// Turns emoji names and characters into marked characters; the product's own icons are drawn by emoji.css.

import { h } from "./dom.js";

const NAMES = {
  telephone_receiver: "📞", phone: "☎️", telephone: "☎️", calendar: "📅", spiral_calendar_pad: "🗓️",
  spiral_calendar: "🗓️", raised_hand: "✋", hand: "✋", large_green_circle: "🟢", large_yellow_circle: "🟡",
  red_circle: "🔴", white_circle: "⚪", repeat: "🔁", white_check_mark: "✅", heavy_check_mark: "✔️",
  no_mobile_phones: "📵", x: "❌", outbox_tray: "📤", inbox_tray: "📥", question: "❓", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", no_entry_sign: "🚫", no_entry: "⛔", double_vertical_bar: "⏸️",
  pause_button: "⏸️", arrow_forward: "▶️", black_square_for_stop: "⏹️", warning: "⚠️", bell: "🔔",
  information_source: "ℹ️", memo: "📝", clipboard: "📋", bust_in_silhouette: "👤", busts_in_silhouette: "👥",
  studio_microphone: "🎙️", microphone: "🎤", speech_balloon: "💬", lock: "🔒", wave: "👋", tada: "🎉",
  "+1": "👍", thumbsup: "👍", "-1": "👎", eyes: "👀", rocket: "🚀", fire: "🔥", moneybag: "💰",
  bar_chart: "📊", chart_with_upwards_trend: "📈", clock10: "🕙", alarm_clock: "⏰", stopwatch: "⏱️",
  mag: "🔍", link: "🔗", paperclip: "📎", robot_face: "🤖", smile: "😄", slightly_smiling_face: "🙂",
  pray: "🙏", ok_hand: "👌", zap: "⚡", bulb: "💡", rotating_light: "🚨", sparkles: "✨",
};

const DRAWN = new Set(
  ["📞", "🗓", "📅", "✋", "🟢", "🟡", "🔴", "⚪", "🔁", "✅", "📵", "❌", "📤", "❓", "⌛", "⏳"].concat(
    ["🚫", "⏸", "⚠", "🔔", "ℹ", "📝", "👤", "🎙", "💬", "🔒", "👋", "🕙", "▶", "⏹", "☎", "📎"],
  ),
);

const PICTURE = /(\p{Extended_Pictographic}\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*)/u;

function picture(character) {
  const bare = character.replaceAll("\uFE0F", "");
  const drawn = DRAWN.has(bare) ? bare.codePointAt(0).toString(16) : null;
  return h("span", { class: "emoji", "data-emoji": drawn }, character);
}

/** A text as nodes, its pictures marked so that they also show on a machine without an emoji font. */
export function withPictures(text) {
  const pieces = text.split(PICTURE);
  return pieces.map((piece, index) => (index % 2 ? picture(piece) : piece)).filter((piece) => piece !== "");
}

/** The picture for `:name:`, or `null` for a name the page does not know. */
export function namedEmoji(name) {
  const character = NAMES[name.replace(/::skin-tone-\d$/, "")];
  return character ? picture(character) : null;
}

/** A text with its `:names:` and characters as pictures. */
export function withEmoji(text) {
  const pieces = text.split(/:([a-z0-9_+-]+):/);
  return pieces.flatMap((piece, index) =>
    index % 2 ? (namedEmoji(piece) ?? `:${piece}:`) : withPictures(piece),
  );
}
