// The stage's JSON API and its events.

export class Refused extends Error {}

async function answer(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy or a dying server may answer without JSON; the status says enough.
  }
  if (!response.ok) throw new Refused(body.error || `The playground answered ${response.status}.`);
  return body;
}

async function reach(path, options) {
  try {
    return await fetch(path, { cache: "no-store", credentials: "same-origin", ...options });
  } catch {
    throw new Refused("The playground cannot be reached. Is it still running?");
  }
}

export async function world() {
  return answer(await reach("/stage/world"));
}

export async function screen(platform, user, newest) {
  const query = new URLSearchParams({ platform, user, newest: String(newest) });
  return answer(await reach(`/stage/screen?${query}`));
}

/** Do something: type, file, press, submit, dismiss, edit, delete, react, home, clock, clock/stop. */
export async function act(name, words) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(words) };
  return answer(await reach(`/stage/${name}`, options));
}

/** Hear of changes; the browser reconnects by itself. */
export function listen(told, reached) {
  const source = new EventSource("/stage/events");
  source.addEventListener("open", () => reached(true));
  source.addEventListener("error", () => reached(false));
  source.addEventListener("message", (event) => told(JSON.parse(event.data)));
  return source;
}

/** The bytes of a file, as JSON can carry them. */
export function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => failed(new Refused(`${file.name} could not be read.`)));
    reader.readAsDataURL(file);
  });
}
