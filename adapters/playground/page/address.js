// Who acts and where one looks stands in the address, so that a reload or a bookmark keeps it: #slack=U1~C1&teams=…&pane=slack

function read() {
  return new URLSearchParams(location.hash.slice(1));
}

export function remembered(platform) {
  const [user = "", ...place] = (read().get(platform) || "").split("~");
  return { user, place: place.join("~") };
}

export function rememberedPane() {
  return read().get("pane");
}

export function keep(name, value) {
  const all = read();
  if (all.get(name) === value) return;
  all.set(name, value);
  history.replaceState(null, "", `#${all}`);
}
