// The emoji names that the platforms use, as far as a community of practice needs them.

const NAMES = {
  "+1": "👍", thumbsup: "👍", like: "👍", "-1": "👎", thumbsdown: "👎", heart: "❤️", tada: "🎉", eyes: "👀", raised_hands: "🙌", clap: "👏",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", wave: "👋", pray: "🙏", bulb: "💡", fire: "🔥", star: "⭐", sparkles: "✨",
  seedling: "🌱", rocket: "🚀", muscle: "💪", calendar: "📅", date: "📅", memo: "📝", book: "📖", books: "📚", speech_balloon: "💬", question: "❓",
  bar_chart: "📊", ballot_box_with_ballot: "🗳️", handshake: "🤝", people_hugging: "🫂", lock: "🔒", bell: "🔔", no_bell: "🔕", hourglass: "⌛",
  alarm_clock: "⏰", dart: "🎯", trophy: "🏆", smile: "😄", slightly_smiling_face: "🙂", laugh: "😆", joy: "😂", thinking_face: "🤔", thinking: "🤔",
  surprised: "😮", open_mouth: "😮", sad: "😢", cry: "😢", angry: "😡", point_right: "👉", one: "1️⃣", two: "2️⃣", three: "3️⃣", link: "🔗",
  pushpin: "📌", mag: "🔍", herb: "🌿", deciduous_tree: "🌳", coffee: "☕", blush: "😊", 100: "💯", ok_hand: "👌", raised_hand: "✋", mega: "📣",
};

/** The character for a name, or ":name:" when we know none. */
export function emoji(name, unicode) {
  if (unicode) {
    const points = unicode.split("-").map((point) => Number.parseInt(point, 16));
    if (points.every((point) => point >= 0 && point <= 0x10ffff)) return String.fromCodePoint(...points);
  }
  const plain = String(name).split("::")[0];
  if (NAMES[plain]) return NAMES[plain];
  return /^[\w+-]+$/.test(plain) ? `:${plain}:` : plain;
}

/** Replace :names: in a text that allows them. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] || whole);
}

/** What the quick reaction menu offers: Slack and Teams call their reactions differently. */
export const QUICK = {
  slack: ["thumbsup", "heart", "tada", "eyes", "white_check_mark", "raised_hands"],
  teams: ["like", "heart", "laugh", "surprised", "sad", "angry"],
};
