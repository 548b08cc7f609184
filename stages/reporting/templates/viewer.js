// What the reader opens: the images behind a number of a confusion matrix (#cell=), two families
// side by side (#two=), one image (#image=). The address says which, so that it can be sent on.

const cells = new Map(); // address -> { family, actual, predicted, button } of a matrix
const panel = document.querySelector(".cell-images");
const panelTitle = panel.querySelector("h3");
const dialog = document.querySelector("dialog.one-image");
const two = document.querySelector("#compare-two .two");
const selects = ["first", "second"].map((part) => two.querySelector(`[data-part=${part}]`));
const OUTCOMES = {
  "both-right": {
    holds: (label, one, other) => one === label && other === label,
    told: (first, second) => `${first} and ${second} both right`,
  },
  "only-first": {
    holds: (label, one, other) => one === label && other !== label,
    told: (first, second) => `${first} right, ${second} wrong`,
  },
  "only-second": {
    holds: (label, one, other) => one !== label && other === label,
    told: (first, second) => `${first} wrong, ${second} right`,
  },
  "both-wrong": {
    holds: (label, one, other) => one !== label && other !== label,
    told: (first, second) => `${first} and ${second} both wrong`,
  },
  "wrong-differently": {
    holds: (label, one, other) => one !== label && other !== label && one !== other,
    told: (first, second) => `${first} and ${second} both wrong, each in its own way`,
  },
};
let opened = null; // the cell whose images the panel shows
let underDialog = "#"; // the address to go back to from one image

function setAddress(hash) {
  history.pushState(null, "", hash);
  underDialog = hash;
}

function cellTitle({ family, actual, predicted }, count) {
  const are = `${counted(count)} that ${count === 1 ? "is" : "are"} ${classes[actual]}`;
  const taken = actual === predicted ? "and read so" : `taken for ${classes[predicted]}`;
  return `${family.name}: ${are}, ${taken}`;
}

// Of many classes a matrix joins those that are seldom mistaken; these open nothing.
function openCellsOf(table) {
  const family = families.get(table.closest("section").id);
  if (!family) return;
  const shown = [...table.tHead.rows[0].cells].slice(1).map((cell) => classes.indexOf(cell.textContent));
  [...table.tBodies[0].rows].forEach((row, i) => {
    [...row.cells].slice(1).forEach((cell, j) => {
      const [actual, predicted, count] = [shown[i], shown[j], toNumber(cell.textContent)];
      if (count && actual >= 0 && predicted >= 0) {
        addCellButton(cell, { family, actual, predicted }, count);
      }
    });
  });
}

function addCellButton(place, cell, count) {
  const button = element("button", { type: "button" }, ...place.childNodes);
  const there = address("cell", [cell.family.name, classes[cell.actual], classes[cell.predicted]]);
  button.setAttribute("aria-label", cellTitle(cell, count));
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    setAddress(there);
    openCell({ ...cell, button });
  });
  place.classList.add("opens");
  place.append(button);
  cells.set(there, { ...cell, button });
}

function openCell(cell) {
  if (cell.button === opened?.button) return;
  opened?.button.setAttribute("aria-expanded", "false");
  opened = cell;
  const { family, actual, predicted, button } = cell;
  button.setAttribute("aria-expanded", "true");
  const rows = rowsWhere((row) => labels[row] === actual && family.predicted[row] === predicted);
  panelTitle.textContent = cellTitle(cell, rows.length);
  showGallery(panel.querySelector(".gallery"), rows, [family]);
  const matrix = button.closest("table");
  (matrix.closest(".scroll") ?? matrix).after(panel);
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  panelTitle.focus({ preventScroll: true });
}

function closeCell() {
  if (!opened) return;
  const { button } = opened;
  opened = null;
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  button.focus();
  if (readAddress().kind === "cell") setAddress("#");
}

function rowsOfTwo(first, second, { holds }) {
  const [one, other] = [first, second].map((name) => families.get(name).predicted);
  return rowsWhere((row) => holds(labels[row], one[row], other[row]));
}

function showTwo([first, second, kind]) {
  if (!families.has(first) || !families.has(second) || !Object.hasOwn(OUTCOMES, kind)) return;
  const names = { first, second };
  selects.forEach((select) => (select.value = names[select.dataset.part]));
  for (const place of two.querySelectorAll("[data-name]"))
    place.textContent = names[place.dataset.name];
  for (const button of two.querySelectorAll("[data-kind]")) {
    const outcome = OUTCOMES[button.dataset.kind];
    const count = rowsOfTwo(first, second, outcome).length;
    button.textContent = count.toLocaleString("en");
    button.setAttribute("aria-label", `${counted(count)}: ${outcome.told(first, second)}`);
    button.setAttribute("aria-pressed", button.dataset.kind === kind);
  }
  const rows = rowsOfTwo(first, second, OUTCOMES[kind]);
  const told = OUTCOMES[kind].told(first, second);
  two.querySelector("h3").textContent = `${counted(rows.length)}: ${told}`;
  const tellers = [...new Set([first, second])].map((name) => families.get(name));
  showGallery(two.querySelector(".gallery"), rows, tellers);
}

function chooseTwo(kind) {
  const parts = [...selects.map((select) => select.value), kind];
  setAddress(address("two", parts));
  showTwo(parts);
}

function startTwo() {
  const names = [...families.keys()];
  for (const select of selects) {
    select.append(...names.map((name) => new Option(name, name)));
    select.addEventListener("change", () =>
      chooseTwo(two.querySelector("[aria-pressed=true]").dataset.kind),
    );
  }
  for (const button of two.querySelectorAll("[data-kind]"))
    button.addEventListener("click", () => chooseTwo(button.dataset.kind));
  showTwo([names[0], names[1] ?? names[0], "only-first"]);
  two.hidden = false;
}

function verdicts(row) {
  const label = classes[labels[row]];
  const heads = ["Family", "Says", "Verdict", "p of that", `p of ${label}`];
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  const lines = [...families.values()].map((family) => {
    const right = family.predicted[row] === labels[row];
    return element(
      "tr",
      { className: right ? "" : "miss" },
      element("th", { scope: "row" }, family.name),
      element("td", {}, classes[family.predicted[row]]),
      element("td", {}, right ? "right" : "wrong"),
      probability(family.pPredicted, row),
      probability(family.pLabel, row),
    );
  });
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...lines));
  sortable(table);
  return table;
}

function probability(bytes, row) {
  const cell = element("td", {}, bytes ? percent(bytes[row]) : "–");
  cell.dataset.value = bytes ? bytes[row] : "";
  return cell;
}

function openImage([index]) {
  const row = indices.indexOf(Number(index));
  if (row < 0) return;
  dialog.querySelector("h2").textContent = `Test image ${index}, label ${classes[labels[row]]}`;
  dialog.querySelector(".gallery").replaceChildren(picture(row), verdicts(row));
  if (!dialog.open) dialog.showModal();
}

function closeImage() {
  if (readAddress().kind === "image") setAddress(underDialog);
}

// Shows what the address says. A plain anchor is the browser's business and leaves all as it is.
function followAddress() {
  const { kind, parts } = readAddress();
  if (kind === "image") return openImage(parts);
  underDialog = location.hash || "#";
  dialog.close();
  if (kind === "cell" && cells.has(address(kind, parts))) openCell(cells.get(address(kind, parts)));
  if (kind === "two") {
    showTwo(parts);
    document.getElementById("compare-two").scrollIntoView();
  }
  if (!location.hash) closeCell();
}

document.querySelectorAll("table.confusion").forEach(openCellsOf);
startTwo();
panel.querySelector(".close").addEventListener("click", closeCell);
dialog.addEventListener("close", closeImage);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !dialog.open) closeCell();
});
window.addEventListener("hashchange", followAddress);
followAddress();
