/** The page of the measured performance of all models. */

import { api } from "./api.js";
import { barChart, curveChart } from "./charts.js";
import { byId, el, showProblem, table } from "./dom.js";
import { letter, number, percent } from "./format.js";
import { t } from "./i18n.js";
import { modelTitle } from "./models.js";
import { confusionTable } from "./viewer/reference.js";

const ECTOPIC = ["S", "V", "F"];

const withSpread = (numbers, name) => {
  const spread = numbers[`${name}_sd`];
  return `${number(numbers[name], 3)}${spread === undefined ? "" : ` ± ${number(spread, 3)}`}`;
};

const byScore = (score) => (a, b) => (score(b[1]) ?? -1) - (score(a[1]) ?? -1);

/** Models that judge beats in their recording. */
function recordingPart(models) {
  const found = Object.entries(models).sort(byScore((numbers) => numbers.macro_f1));
  if (!found.length) return null;
  const measured = found[0][1];
  return el(
    "section",
    {},
    el("h2", {}, t("Beats of recordings")),
    note(measured),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("Scores") }, scoreTable(found)),
    barFigure(found),
    chosenModel(found),
  );
}

function note({ dataset, data, beats }) {
  const kind = data === "real" ? "" : t("of synthetic data");
  const parts = [
    t("Test: {dataset} {kind}", { dataset, kind }).trim(),
    beats ? t("{n} beats", { n: number(beats) }) : "",
    t("mean ± standard deviation of the networks"),
  ];
  return el("p", { class: "note" }, parts.filter(Boolean).join(" · "));
}

function scoreTable(found) {
  const head = [t("Model"), t("Networks"), t("macro F1"), t("95 % interval"), t("accuracy"), ...ECTOPIC.flatMap((name) => [`${letter(name)}: ${t("Se")}`, `${letter(name)}: ${t("+P")}`])];
  const rows = found.map(([name, numbers]) => [
    modelTitle({ name }),
    number(numbers.seeds),
    withSpread(numbers, "macro_f1"),
    interval(numbers.interval?.macro_f1),
    percent(numbers.accuracy),
    ...ECTOPIC.flatMap((one) => [percent(numbers.classes?.[one]?.sensitivity), percent(numbers.classes?.[one]?.ppv)]),
  ]);
  return table(head, rows);
}

function barFigure(found) {
  const label = t("F1 of the classes S, V and F of every model");
  const chart = barChart(found.map(classBars), label);
  const region = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, chart);
  return el("figure", {}, region, el("figcaption", {}, t("F1 of the classes S, V and F, mean of the networks.")));
}

const interval = (found) => (found ? `${number(found.low, 2)} – ${number(found.high, 2)}` : "–");

const classBars = ([name, { classes }]) => ({
  name: modelTitle({ name }),
  bars: ECTOPIC.filter((one) => classes?.[one]).map((one) => ({ key: one, value: classes[one].f1, text: withSpread(classes[one], "f1") })),
});

/** Confusion and curves of one model, to choose. */
function chosenModel(found) {
  const place = el("div", { class: "tables" });
  const select = el("select", { onchange: () => show() }, found.map(([name]) => el("option", { value: name }, modelTitle({ name }))));
  const show = () => place.replaceChildren(...detailParts(Object.fromEntries(found)[select.value]));
  show();
  return el("section", {}, el("h3", {}, t("One model in detail")), el("p", {}, el("label", {}, `${t("Model")} `, select)), place);
}

function detailParts({ confusion, curves = {} }) {
  const parts = [];
  if (confusion) parts.push(confusionTable(confusion, t("Rows: reference. Columns: model.")));
  if (curves.precision_recall) {
    const { recall, ...lines } = curves.precision_recall;
    parts.push(curve(recall, lines, t("sensitivity"), t("precision"), t("Precision over sensitivity")));
  }
  if (curves.roc) {
    const { fpr, ...lines } = curves.roc;
    parts.push(curve(fpr, lines, t("false positive rate"), t("sensitivity"), t("ROC curves")));
  }
  return parts;
}

function curve(x, { N, ...lines }, xLabel, yLabel, label) {
  return el("figure", { class: "curve" }, curveChart({ x, lines, xLabel, yLabel, label }), el("figcaption", {}, label));
}

/** Models of single beats: normal or abnormal, on patients of the training and on new ones. */
function singleBeatPart(models) {
  const found = Object.entries(models);
  if (!found.length) return el("section", {}, el("h2", {}, t("Single beats")), el("p", { class: "note" }, t("Not measured yet.")));
  const tests = [["inter", t("New patients")], ["intra", t("Patients of the training too, as in the original study")]];
  return el("section", {}, el("h2", {}, t("Single beats, normal or abnormal")), tests.map(([key, title]) => binaryTable(found, key, title)));
}

function binaryTable(found, key, title) {
  const names = { accuracy: t("accuracy"), precision: t("precision"), recall: t("sensitivity"), f1: t("F1"), kappa: t("kappa"), roc_auc: t("AUROC") };
  const measured = found.filter(([, tests]) => tests[key]);
  if (!measured.length) return null;
  const columns = Object.keys(names).filter((name) => measured.some(([, tests]) => name in tests[key]));
  const rows = measured.map(([model, tests]) => [modelTitle({ name: model }), ...columns.map((name) => (name in tests[key] ? withSpread(tests[key], name) : "–"))]);
  const [[, first]] = measured;
  return el(
    "div",
    {},
    el("h3", {}, title),
    note(first[key]),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, table([t("Model"), ...columns.map((name) => names[name])], rows)),
    el("div", { class: "tables" }, measured.filter(([, tests]) => tests[key].confusion).map(([model, tests]) => confusionTable(tests[key].confusion, modelTitle({ name: model })))),
  );
}

async function begin() {
  const { recording, single_beats: beats } = await api.performance();
  const parts = [recordingPart(recording), singleBeatPart(beats)].filter(Boolean);
  byId("performance").replaceChildren(...parts);
  byId("performance").removeAttribute("aria-busy");
}

begin().catch((error) => showProblem(error, byId("performance")));
