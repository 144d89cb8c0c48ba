// Reads and writes instants (Unix seconds) in a person's time zone, and Slack's date tokens.

const DAY = 86400;

function format(zone, epoch, options) {
  const date = new Date(epoch * 1000);
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).formatToParts(date);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).formatToParts(date);
  }
}

const text = (parts) => parts.map((part) => part.value).join("").replace(/\u202f/g, " ");
const write = (zone, epoch, options) => text(format(zone, epoch, options));

/** The wall clock of `zone` at an instant, as numbers. */
export function wallClock(epoch, zone) {
  const options = { hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" };
  const parts = format(zone, epoch, { ...options, hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const number = (type) => Number(parts.find((part) => part.type === type).value);
  return ["year", "month", "day", "hour", "minute", "second"].map(number);
}

/** The instant at which the clock of `zone` shows this; an hour the clocks skip moves forward. */
export function instantOf([year, month, day, hour = 0, minute = 0], zone) {
  const wanted = Date.UTC(year, month - 1, day, hour, minute) / 1000;
  const shown = (epoch) => {
    const [y, m, d, hh, mm, ss] = wallClock(epoch, zone);
    return Date.UTC(y, m - 1, d, hh, mm, ss) / 1000;
  };
  const first = wanted - (shown(wanted) - wanted);
  const second = first - (shown(first) - wanted);
  return shown(second) === wanted ? second : Math.max(first, second);
}

const two = (number) => String(number).padStart(2, "0");

/** The value of `<input type=datetime-local>` for an instant. */
export function inputValue(epoch, zone) {
  const [year, month, day, hour, minute] = wallClock(epoch, zone);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The instant that `<input type=datetime-local>` means in `zone`; `null` while it is incomplete. */
export function inputInstant(value, zone) {
  const numbers = value.match(/\d+/g)?.map(Number);
  return numbers && numbers.length >= 5 ? instantOf(numbers, zone) : null;
}

/** Tomorrow at this hour, on the clock of `zone`. */
export function tomorrowAt(hour, now, zone) {
  const [year, month, day] = wallClock(now, zone);
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  return instantOf([next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate(), hour], zone);
}

function daysApart(epoch, now, zone) {
  const midnight = (instant) => Date.UTC(...wallClock(instant, zone).slice(0, 3).map((n, i) => n - (i === 1)));
  return Math.round((midnight(epoch) - midnight(now)) / (DAY * 1000));
}

const RELATIVE = { "-1": "yesterday", 0: "today", 1: "tomorrow" };

function ordinal(day) {
  if (day % 100 >= 11 && day % 100 <= 13) return `${day}th`;
  return `${day}${["th", "st", "nd", "rd"][day % 10] ?? "th"}`;
}

function longDate(epoch, zone, weekday, year = true) {
  const [y, , day] = wallClock(epoch, zone);
  const month = write(zone, epoch, { month: "long" });
  const start = weekday ? `${write(zone, epoch, { weekday: "long" })}, ` : "";
  return `${start}${month} ${ordinal(day)}${year ? `, ${y}` : ""}`;
}

function ago(epoch, now) {
  const seconds = Math.round(epoch - now);
  const units = [["day", DAY], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3];
  const words = new Intl.RelativeTimeFormat("en-US", { numeric: "always" });
  return words.format(Math.trunc(seconds / size), unit);
}

const short = { month: "short", day: "numeric", year: "numeric" };

const TOKENS = {
  date_num: (epoch, zone) => inputValue(epoch, zone).slice(0, 10),
  date_slash: (epoch, zone) => inputValue(epoch, zone).slice(0, 10).split("-").reverse().join("/"),
  date: (epoch, zone) => longDate(epoch, zone, false),
  date_short: (epoch, zone) => write(zone, epoch, short),
  date_long: (epoch, zone) => longDate(epoch, zone, true),
  date_long_full: (epoch, zone) => write(zone, epoch, { ...short, month: "long" }),
  time: (epoch, zone) => clockTime(epoch, zone),
  time_secs: (epoch, zone) => clockTime(epoch, zone, true),
  ago: (epoch, zone, now) => ago(epoch, now),
};

function divider(epoch, zone, now) {
  const sameYear = wallClock(epoch, zone)[0] === wallClock(now, zone)[0];
  return longDate(epoch, zone, true, !sameYear);
}

/** Slack's `{date…}` and `{time…}` tokens in `template`, read in the viewer's zone; unknown ones stay. */
export function slackDate(epoch, template, zone, now) {
  return template.replace(/\{(\w+)\}/g, (whole, token, at) => {
    const plain = token.replace(/_pretty$/, "");
    if (plain !== token) {
      const word = RELATIVE[daysApart(epoch, now, zone)];
      if (word) return at === 0 ? word[0].toUpperCase() + word.slice(1) : word;
      if (plain === "day_divider") return divider(epoch, zone, now);
    }
    return TOKENS[plain]?.(epoch, zone, now) ?? whole;
  });
}

/** `10:05 AM`, with seconds if asked. */
export function clockTime(epoch, zone, seconds = false) {
  const options = { hour: "numeric", minute: "2-digit" };
  return write(zone, epoch, seconds ? { ...options, second: "2-digit" } : options);
}

/** `Fri, Nov 20, 2026`. */
export const dayOf = (epoch, zone) => write(zone, epoch, { weekday: "short", ...short });

/** The line between days: `Today`, or `Friday, November 20th`. */
export const dayLabel = (epoch, zone, now) => slackDate(epoch, "{day_divider_pretty}", zone, now);

/** `New York` for `America/New_York`. */
export const cityOf = (zone) => (zone ?? "UTC").split("/").at(-1).replaceAll("_", " ");
