// Instants as people read them, each in a zone and a language.

const formats = new Map();

function format(language, options) {
  const key = `${language}|${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, build(language, options));
  return formats.get(key);
}

function build(language, options) {
  try {
    const built = new Intl.DateTimeFormat(tag(language), options);
    return options.hour && built.resolvedOptions().hour12 ? new Intl.DateTimeFormat(tag(language), { ...options, hour: "numeric" }) : built; // 09:00, but 9:00 AM
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  }
}

/** A language tag as browsers want it ("de_DE" becomes "de-DE"); plain English means the British way of writing dates. */
export function tag(language) {
  const plain = (language || "en-GB").replaceAll("_", "-");
  return plain === "en" ? "en-GB" : plain;
}

export function time(instant, zone, language) {
  return format(language, { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

export function day(instant, zone, language) {
  return format(language, { timeZone: zone, weekday: "long", day: "numeric", month: "long" }).format(new Date(instant));
}

export function full(instant, zone, language) {
  return format(language, { timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(
    new Date(instant),
  );
}

/** The calendar day in a zone, to be compared only. */
export function dayKey(instant, zone) {
  return format("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(instant));
}

/** A name that keeps its own direction inside a line that has another. */
export function isolated(name) {
  return `\u2068${name}\u2069`;
}

/** "Berlin" of "Europe/Berlin". */
export function city(zone) {
  return (zone || "UTC").split("/").at(-1).replaceAll("_", " ");
}

const SLACK_TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_pretty: { year: "numeric", month: "long", day: "numeric" },
  date_short_pretty: { year: "numeric", month: "short", day: "numeric" },
  date_long_pretty: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Fill a Slack date pattern such as "{date_short} at {time}". */
export function pattern(seconds, text, zone, language) {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return null;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return full(moment, zone, language);
    return SLACK_TOKENS[name] ? format(language, { timeZone: zone, ...SLACK_TOKENS[name] }).format(moment) : whole;
  });
}

const CARD_DATES = {
  COMPACT: { year: "numeric", month: "numeric", day: "numeric" },
  SHORT: { weekday: "short", month: "short", day: "numeric", year: "numeric" },
  LONG: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
};

/** Fill {{DATE(…)}} and {{TIME(…)}} of an Adaptive Card. */
export function cardMoments(text, zone, language) {
  return text.replace(/\{\{(DATE|TIME)\(([^,)]+)(?:,\s*(\w+))?\)\}\}/g, (whole, kind, raw, style) => {
    const moment = new Date(raw.trim());
    if (Number.isNaN(moment.getTime())) return whole;
    if (kind === "TIME") return time(moment, zone, language);
    return format(language, { timeZone: zone, ...(CARD_DATES[(style || "COMPACT").toUpperCase()] || CARD_DATES.COMPACT) }).format(moment);
  });
}
