// Tables of class "sortable": a button in each column's header sorts the rows by it.

const NOTHING = new Set(["", "–"]);

function sortable(table) {
  for (const header of table.tHead.rows[0].cells) {
    if (!header.textContent.trim()) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(table, header));
    header.append(button);
  }
}

function sortBy(table, header) {
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  body.append(...sorted([...body.rows], header.cellIndex, down ? -1 : 1));
}

// What says nothing stands last whichever way the others are sorted; equals keep their order.
function sorted(rows, column, direction) {
  const texts = new Map(rows.map((row) => [row, sortText(row.cells[column])]));
  const empty = rows.filter((row) => NOTHING.has(texts.get(row)));
  const filled = rows.filter((row) => !NOTHING.has(texts.get(row)));
  const numeric = filled.every((row) => !Number.isNaN(toNumber(texts.get(row))));
  const compare = numeric
    ? (a, b) => toNumber(a) - toNumber(b)
    : (a, b) => a.localeCompare(b, "en", { numeric: true });
  filled.sort((one, two) => direction * compare(texts.get(one), texts.get(two)));
  return [...filled, ...empty];
}

function sortText(cell) {
  return (cell.dataset.value ?? cell.textContent).trim();
}

// The number that a text begins with: 97.1 of "97.1 %", 1234 of "1,234 MB".
function toNumber(text) {
  return Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));
}

document.querySelectorAll("table.sortable").forEach(sortable);
