/** The labels against the reference: scores by EC57, confusion, for recordings and single beats. */

import { el, table } from "../dom.js";
import { letter, meaning, number, percent } from "../format.js";
import { t } from "../i18n.js";

const LETTER = { n: "N", s: "S", v: "V", f: "F", q: "Q", o: "O", x: "X" };

/** Name of a row or column: EC57 writes the reference in capitals and the program in small letters. */
function heading(name) {
  const found = LETTER[name.toLowerCase()] ?? name;
  const meanings = { O: t("missed beat, or none"), X: t("in stretches marked as unreadable") };
  return el("abbr", { title: meanings[found] ?? meaning(found) }, letter(name));
}

/** Everything that the API knows of the comparison. */
export function referenceParts({ ec57, mismatches }) {
  const parts = [el("p", {}, t("{n} beats differ from the reference; they are outlined in the strip.", { n: number(mismatches.length) }))];
  const tables = el("div", { class: "tables" });
  if (ec57) {
    tables.append(...[
      [ec57.standard, t("After the first five minutes (ANSI/AAMI EC57)")],
      [ec57.whole, t("Whole recording")],
    ].filter(([one]) => one).flatMap(([one, title]) => ec57Parts(one, title)));
  }
  return [...parts, tables];
}

function ec57Parts({ rows, columns, counts, scores }, title) {
  const cells = rows.map((name, i) => [heading(name), ...counts[i].map((n) => number(n))]);
  return [el("div", {}, el("h3", {}, title), scoreTable(scores), table([t("Reference"), ...columns.map(heading)], cells, t("Rows: reference. Columns: ecgfuse.")))];
}

function scoreTable(scores) {
  const names = { qrs: t("all beats (QRS)"), veb: t("ventricular (VEB)"), sveb: t("supraventricular (SVEB)") };
  const rows = Object.entries(names)
    .filter(([key]) => scores[key]?.se !== null && scores[key] !== undefined)
    .map(([key, name]) => [name, percent(scores[key].se), percent(scores[key].ppv), percent(scores[key].fpr)]);
  return table([t("Beats"), t("Se"), t("+P"), t("FPR")], rows);
}

/** A confusion matrix: rows are the reference. */
export function confusionTable({ classes, counts }, title) {
  const found = classes.map((name, i) => ({ name, row: counts[i] })).filter(({ row }) => row.some((n) => n > 0));
  const rows = found.map(({ name, row }) => [letter(name), ...row.map((n) => number(n))]);
  return el("div", {}, table([t("Reference"), ...classes.map(letter)], rows, title));
}
