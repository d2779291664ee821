// What a person has seen of each conversation, for as long as this tab and this playground live.

export class Seen {
  constructor(session) {
    this.key = `convene-seen-${session}`;
    this.map = load(this.key);
  }

  /** Everything up to now was looked at. */
  look(where, conversation) {
    const newest = newestAt(conversation);
    if (!newest || this.map[where] === newest) return;
    this.map[where] = newest;
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.map));
    } catch {
      // Storage is switched off: the dots forget at a reload, nothing else.
    }
  }

  /** How many messages of others came since. */
  count(where, conversation, user) {
    const since = this.map[where] || "";
    return conversation.messages.filter((message) => stamp(message) > since && message.author.id !== user && !message.deleted).length;
  }
}

// The id breaks the tie of messages in the same second; ids grow on both platforms.
function stamp(message) {
  return `${message.at}|${message.id}`;
}

function newestAt(conversation) {
  return conversation.messages.reduce((most, message) => (stamp(message) > most ? stamp(message) : most), "");
}

function load(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) || "{}");
  } catch {
    return {};
  }
}
