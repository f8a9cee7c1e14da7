/** How numbers, times, classes and states are written. */

import { el } from "./dom.js";
import { locale, t } from "./i18n.js";

/** Classes in their order; the keys 1 to 5 give them. */
export const AAMI = ["N", "S", "V", "F", "Q"];
export const ABNORMAL = "abnormal";
const ORDER = [...AAMI.slice(0, 4), ABNORMAL, "Q"];

/** Names of classes in their order; JSON does not keep one. */
export const inOrder = (names) => [...names].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));

/** The letter of a class. */
export const letter = (name) => (name === ABNORMAL ? "A" : name);

/** What a class means. */
export function meaning(name) {
  return {
    N: t("normal"),
    S: t("supraventricular ectopic"),
    V: t("ventricular ectopic"),
    F: t("fusion"),
    Q: t("unclassified"),
    abnormal: t("abnormal"),
  }[name] ?? name;
}

/** Why a beat is not classified, or a stretch has no signal. */
export function reason(flag) {
  const [first, fault] = flag.split(": ");
  const words = {
    edge: t("at the edge of the recording"),
    "gap before": t("gap before"),
    "gap after": t("gap after"),
    noise: t("noise"),
    "no signal": t("no signal"),
    flat: t("flat line"),
    saturated: t("saturated"),
    unfamiliar: t("unfamiliar waveform"),
  };
  return fault ? `${words[first] ?? first}: ${fault}` : words[first] ?? first;
}

/** The letter of a class on its colour. */
export const badge = (name) =>
  el("span", { class: `badge class-${name}`, title: meaning(name) }, letter(name));

/** A number with a fixed number of decimals; a dash for none. */
export function number(value, digits = 0) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A share as percent. */
export const percent = (share, digits = 1) =>
  Number.isFinite(share) && share !== null ? `${number(100 * share, digits)} %` : "–";

/** A probability, never rounded to certainty. */
export function probability(p) {
  if (p === null || p === undefined) return "–";
  if (p < 0.005) return `< ${number(0.01, 2)}`;
  return p > 0.995 ? `> ${number(0.99, 2)}` : number(p, 2);
}

/**
 * Time in a recording as h:mm:ss.
 * @param {number} seconds
 * @param {number} digits of the seconds after the point.
 */
export function clock(seconds, digits = 0) {
  const scale = 10 ** digits;
  const ticks = Math.round(Math.max(0, seconds) * scale);
  const whole = Math.floor(ticks / scale);
  const rest = digits ? `.${String(ticks % scale).padStart(digits, "0")}` : "";
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return `${hours}:${two(minutes)}:${two(whole % 60)}${rest}`;
}

/** Time of day of a place in a recording; null if its start is not known. */
export function timeOfDay(start, seconds) {
  if (!start) return null;
  const zoneless = start.replace(/(Z|[+-]\d\d:?\d\d)$/, "");
  const time = new Date(new Date(`${zoneless}Z`).getTime() + 1000 * seconds);
  return Number.isNaN(time.getTime()) ? null : time.toISOString().slice(11, 19);
}

/** A length of time in words, roughly. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 90) return t("{n} s", { n: number(seconds) });
  if (seconds < 5400) return t("{n} min", { n: number(seconds / 60) });
  return t("{n} h", { n: number(seconds / 3600, 1) });
}

/** A size of a file. */
export function bytes(n) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = n > 0 ? Math.min(Math.floor(Math.log10(n) / 3), units.length - 1) : 0;
  return `${number(n / 1000 ** power, power > 1 ? 1 : 0)} ${units[power]}`;
}

/** When something was made. */
export const date = (iso) =>
  new Date(iso).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });

/** The state of an analysis in one sentence. */
export function analysisState(analysis) {
  if (analysis.status === "failed") return analysis.error ?? t("failed");
  if (analysis.status === "cancelled") return t("stopped");
  if (analysis.status === "queued") return t("waiting");
  if (analysis.status === "done") return t("ready");
  const left = analysis.eta_s === null || analysis.eta_s === undefined ? "" : ` · ${t("{time} left", { time: duration(analysis.eta_s) })}`;
  return `${stage(analysis.stage)} · ${percent(analysis.progress, 0)}${left}`;
}

function stage(name) {
  return {
    reading: t("reading the file"),
    detecting: t("finding beats"),
    classifying: t("classifying beats"),
    writing: t("writing results"),
  }[name] ?? t("working");
}

/** Is an analysis still being done? */
export const isPending = (analysis) => ["queued", "running"].includes(analysis.status);
