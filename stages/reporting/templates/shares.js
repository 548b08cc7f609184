// A confusion matrix shows counts, or each count's share of one of three wholes.

const VIEWS = {
  "counts": null,
  "% of the actual class": (counts, row, column) => part(counts[row][column], sum(counts[row])),
  "% of the errors in the actual class": (counts, row, column) =>
    errorPart(counts, row, column, counts[row], row),
  "% of the errors in the predicted class": (counts, row, column) =>
    errorPart(counts, row, column, columnOf(counts, column), column),
};

// A right answer is no error: its share is not a number.
function errorPart(counts, row, column, line, right) {
  return row === column ? NaN : part(counts[row][column], sum(line) - line[right]);
}

function part(count, whole) {
  return whole ? count / whole : 0;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function columnOf(counts, column) {
  return counts.map((row) => row[column]);
}

function numberCells(table) {
  return [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
}

// Puts a choice of views before the matrix.
function addViews(table) {
  const cells = numberCells(table);
  const counts = cells.map((row) => row.map((cell) => toNumber(cell.textContent)));
  const shading = cells.map((row) => row.map((cell) => cell.style.getPropertyValue("--share")));
  const select = element("select", {}, ...Object.keys(VIEWS).map((name) => new Option(name, name)));
  const show = () => {
    const share = VIEWS[select.value];
    cells.forEach((row, i) =>
      row.forEach((cell, j) => {
        const value = share ? share(counts, i, j) : null;
        (cell.querySelector("button") ?? cell).textContent = shareText(value, counts[i][j]);
        const shade = share && i !== j ? value || 0 : shading[i][j];
        cell.style.setProperty("--share", shade);
      }),
    );
  };
  select.addEventListener("change", show);
  (table.closest(".scroll") ?? table).before(
    element("p", { className: "choice" }, element("label", {}, "Numbers: ", select)),
  );
}

function shareText(value, count) {
  if (value === null) return String(count);
  return Number.isNaN(value) ? "–" : `${(100 * value).toFixed(1)}`;
}

document.querySelectorAll("table.confusion").forEach(addViews);
