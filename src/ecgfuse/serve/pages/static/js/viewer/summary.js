/** Counts, burden, ectopy, runs, pauses and heart rate; also for the printed sheet. */

import { el, table } from "../dom.js";
import { badge, clock, duration, inOrder, letter, number, percent, reason } from "../format.js";
import { t, tn } from "../i18n.js";

const SHOWN = 5;
const SHOWN_ON_PAPER = 3;

const fact = (name, value) => el("div", { class: "fact" }, el("span", {}, name), el("span", {}, value));

/** A time that can be clicked. */
function place(timeS, onTime) {
  if (!onTime) return clock(timeS);
  return el("button", { type: "button", class: "quiet", onclick: () => onTime(timeS) }, clock(timeS));
}

/**
 * The parts of a summary.
 * @param {Object} summary as the API gives it.
 * @param {((timeS: number) => void)|null} onTime what a click on a time does; null for paper.
 */
export function summaryParts(summary, onTime = null) {
  return [
    counts(summary),
    rates(summary, onTime),
    ectopy(summary),
    runs(summary, onTime),
    pauses(summary, onTime),
    quality(summary),
  ].filter(Boolean);
}

function counts({ counts: found, burden, beats, corrected }) {
  const rows = inOrder(Object.keys(found)).map((name) => [badge(name), number(found[name]), percent(burden[name] ?? null, 2)]);
  return el(
    "div",
    {},
    table([t("Class"), t("Beats"), t("Burden")], rows, tn("{n} beat", "{n} beats", beats)),
    corrected ? fact(t("Corrected"), number(corrected)) : null,
  );
}

function rates({ heart_rate: rate, longest_rr_s: longest }, onTime) {
  const at = (value, time) => (value === null ? "–" : el("span", {}, `${number(value)} `, time === null ? "" : place(time, onTime)));
  return el(
    "div",
    {},
    el("h3", {}, t("Heart rate (bpm)")),
    fact(t("mean"), number(rate.mean)),
    fact(t("lowest"), at(rate.lowest, rate.lowest_at_s)),
    fact(t("highest"), at(rate.highest, rate.highest_at_s)),
    fact(t("longest RR interval"), longest === null ? "–" : `${number(longest, 2)} s`),
  );
}

function ectopy({ ectopy: found, bigeminy = {}, trigeminy = {} }) {
  const names = inOrder(Object.keys(found));
  if (!names.length) return null;
  const row = (text, value) => [text, ...names.map((name) => number(value(name)))];
  return el(
    "div",
    {},
    el("h3", {}, t("Ectopic beats")),
    table(
      [t("Class"), ...names.map(badge)],
      [
        row(t("isolated"), (name) => found[name].single),
        row(t("couplets"), (name) => found[name].couplets),
        row(t("runs (3 and more)"), (name) => found[name].runs),
        row(t("longest run (beats)"), (name) => found[name].longest_run_beats),
        row(t("bigeminy (episodes)"), (name) => bigeminy[name]?.episodes ?? 0),
        row(t("trigeminy (episodes)"), (name) => trigeminy[name]?.episodes ?? 0),
      ],
    ),
  );
}

function runs({ runs: found }, onTime) {
  if (!found.length) return null;
  const text = ({ name, beats, rate, start_s: start }) =>
    el("li", {}, place(start, onTime), ` ${letter(name)}, ${tn("{n} beat", "{n} beats", beats)}, ${number(rate)} ${t("bpm")}`);
  const fastest = [...found].sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0));
  return el(
    "div",
    {},
    el("h3", {}, t("Longest runs")),
    el("ul", {}, found.slice(0, onTime ? SHOWN : SHOWN_ON_PAPER).map(text)),
    found.length > 1 ? el("h3", {}, t("Fastest run")) : null,
    found.length > 1 ? el("ul", {}, text(fastest[0])) : null,
  );
}

function pauses({ pauses: found }, onTime) {
  if (!found.length) return null;
  const text = ({ start_s: start, rr_s: rr }) => el("li", {}, place(start, onTime), ` ${number(rr, 2)} s`);
  return el("div", {}, el("h3", {}, tn("{n} pause (2 s and more)", "{n} pauses (2 s and more)", found.length)), el("ul", {}, found.slice(0, onTime ? SHOWN : SHOWN_ON_PAPER).map(text)));
}

function quality({ flags = {}, without_signal_s: silent = {}, doubt }) {
  const rows = [
    ...Object.entries(flags).map(([flag, n]) => fact(reason(flag), tn("{n} beat", "{n} beats", n))),
    ...Object.entries(silent).map(([why, seconds]) => fact(reason(why), duration(seconds))),
  ];
  if (doubt?.beats) rows.push(fact(t("doubtful (below {p})", { p: percent(doubt.below, 0) }), tn("{n} beat", "{n} beats", doubt.beats)));
  return rows.length ? el("div", {}, el("h3", {}, t("Quality")), rows) : null;
}

/** The table of hours; null for a short recording. */
export function hoursTable({ hours, counts: found }) {
  if (hours.length < 2) return null;
  const names = inOrder(Object.keys(found));
  const burdened = names.filter((name) => !["N", "Q"].includes(name));
  const head = [t("From"), ...names.map(badge), ...burdened.map((name) => t("{name} burden", { name: letter(name) })), t("Heart rate (bpm)")];
  const rows = hours.map((hour) => [
    clock(hour.start_s),
    ...names.map((name) => number(hour[name])),
    ...burdened.map((name) => percent(hour.burden?.[name] ?? null, 2)),
    number(hour.heart_rate),
  ]);
  return table(head, rows);
}
