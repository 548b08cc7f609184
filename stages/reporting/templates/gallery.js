// The test images that the page holds, what each family says of them, and galleries of some of them.
// Names come from data: they are only ever set as text.

const AT_ONCE = 200;
const data = JSON.parse(document.getElementById("viewer-data").textContent);
const { classes } = data;
const labels = unpacked(data.labels, Uint16Array);
const indices = unpacked(data.indices, Uint32Array);
const families = new Map(data.families.map((packed) => [packed.name, unpackedFamily(packed)]));
const sprite = new Image();
sprite.src = data.sprite;
const spriteIsThere = sprite.decode();

function unpacked(text, Numbers) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Numbers(bytes.buffer);
}

function unpackedFamily({ name, predicted, p_predicted, p_label }) {
  return {
    name,
    predicted: unpacked(predicted, Uint16Array),
    pPredicted: p_predicted === null ? null : unpacked(p_predicted, Uint8Array),
    pLabel: p_label === null ? null : unpacked(p_label, Uint8Array),
  };
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function rowsWhere(holds) {
  return Array.from(labels.keys()).filter(holds);
}

function counted(count) {
  return `${count.toLocaleString("en")} test ${count === 1 ? "image" : "images"}`;
}

// A byte holds p to 0.2 %: too coarse to say that a family is quite sure.
function percent(byte) {
  if (byte < 2) return "<\u00a01\u00a0%";
  if (byte > 253) return ">\u00a099\u00a0%";
  return `${Math.round(byte / 2.55)}\u00a0%`;
}

function said(family, row) {
  const says = `${family.name}: ${classes[family.predicted[row]]}`;
  if (!family.pPredicted) return says;
  const sure = `${says} at\u00a0${percent(family.pPredicted[row])}`;
  if (family.predicted[row] === labels[row]) return sure;
  return `${sure}, ${classes[labels[row]]} at\u00a0${percent(family.pLabel[row])}`;
}

function picture(row) {
  const { side, per_line: perLine } = data;
  const canvas = element("canvas", { className: "image", width: side, height: side });
  canvas.setAttribute("aria-hidden", "true");
  const left = (row % perLine) * side;
  const top = Math.floor(row / perLine) * side;
  const paint = () =>
    canvas.getContext("2d").drawImage(sprite, left, top, side, side, 0, 0, side, side);
  spriteIsThere.then(paint);
  return canvas;
}

function tile(row, tellers) {
  const link = element("a", { href: address("image", [indices[row]]) });
  link.append(picture(row), `index ${indices[row]}`);
  const lines = [`label ${classes[labels[row]]}`, ...tellers.map((family) => said(family, row))];
  return element("li", {}, link, ...lines.map((line) => element("span", {}, line)));
}

// Fills `place` with the first images of `rows`, and a button that adds as many again.
function showGallery(place, rows, tellers) {
  const list = element("ul");
  const more = element("button", { type: "button", className: "more" });
  const add = () => {
    const from = list.children.length;
    list.append(...rows.slice(from, from + AT_ONCE).map((row) => tile(row, tellers)));
    const left = rows.length - list.children.length;
    more.textContent = `Show more (${left.toLocaleString("en")} left)`;
    more.hidden = left === 0;
    return list.children[from];
  };
  more.addEventListener("click", () => add().querySelector("a").focus());
  add();
  place.replaceChildren(list, more);
}

function address(kind, parts) {
  return `#${kind}=${parts.map(encodeURIComponent).join(",")}`;
}

// { kind, parts } of the page's address; kind is null where it is a plain anchor, or none.
function readAddress() {
  const [, kind, rest] = /^#(cell|two|image)=(.*)$/.exec(location.hash) ?? [];
  try {
    return { kind: kind ?? null, parts: (rest ?? "").split(",").map(decodeURIComponent) };
  } catch {
    return { kind: null, parts: [] }; // a percent sign that encodes nothing
  }
}
