/** The summary on one sheet: numbers, and strips of what matters. */

import { api } from "./api.js";
import { byId, el, showProblem } from "./dom.js";
import { clock, letter, number, timeOfDay } from "./format.js";
import { t } from "./i18n.js";
import { hoursTable, summaryParts } from "./viewer/summary.js";

const { recording: id } = byId("page").dataset;
const wanted = new URLSearchParams(location.search).get("analysis");
const STRIP_S = 7; // as wide as the sheet at 25 mm/s
const STRIPS = 2; // that fit beside a table of so many hours:
const FEW_HOURS = 8;
const MOST_HOURS = 24;
/** Of the picture of a strip in mm: speed, margin, pulse, title, notice. */
const PICTURE = { speed: 25, margin: 8, pulse: 12, head: 21.5, foot: 9 };

/** Places to show: the longest run, the longest pause, then one beat of each ectopic class. */
async function places(summary, { analysis, count }) {
  const found = [];
  const [run] = summary.runs;
  const [pause] = summary.pauses;
  if (run) found.push({ timeS: run.start_s, text: t("Longest run of {name}", { name: letter(run.name) }) });
  if (pause) found.push({ timeS: pause.start_s, text: t("Longest pause") });
  const others = Object.keys(summary.counts).filter((name) => !["N", "Q"].includes(name) && summary.counts[name]);
  for (const name of others) {
    const place = await api.next(analysis.id, { class: name, from_s: 0, direction: 1 }).catch(() => null);
    if (place) found.push({ timeS: place.time_s, text: t("First beat of class {name}", { name: letter(name) }) });
  }
  if (!found.length) found.push({ timeS: STRIP_S / 2, text: t("Start of the recording") });
  return found.slice(0, count);
}

function stripFigure({ timeS, text }, { recording, analysis, lead }) {
  const span = Math.min(STRIP_S, recording.duration_s);
  const from = Math.min(Math.max(0, timeS - 2), recording.duration_s - span);
  const src = api.exportUrl(analysis.id, "strip.svg", { from_s: from.toFixed(2), to_s: (from + span).toFixed(2), lead });
  const day = timeOfDay(recording.start, timeS);
  const caption = `${text}, ${clock(timeS, 1)}${day ? ` (${day})` : ""}`;
  const scale = t("{speed} mm/s · {gain} mm/mV", { speed: PICTURE.speed, gain: 10 });
  return el("figure", {}, cutPicture({ src, alt: caption, span }), el("figcaption", {}, `${caption} · ${scale}`));
}

/** The picture of a strip without its margins, title and notice, which the sheet has already. */
function cutPicture({ src, alt, span }) {
  const { speed, margin, pulse, head, foot } = PICTURE;
  const width = pulse + speed * span;
  const share = (mm) => `${(100 * mm) / width}%`;
  const picture = el("img", { src, alt });
  Object.assign(picture.style, { width: share(width + 2 * margin), margin: `${share(-head)} 0 ${share(-foot)} ${share(-margin)}` });
  const frame = el("div", { class: "cut" }, picture);
  frame.style.maxWidth = `${width}mm`;
  return frame;
}

async function begin() {
  const recording = await api.recording(id);
  const ready = recording.analyses.filter(({ status }) => status === "done");
  const analysis = ready.find((one) => one.id === wanted) ?? ready[0];
  const summary = await api.summary(analysis.id);
  const facts = [clock(recording.duration_s), `${number(recording.fs)} Hz`, summary.lead ? t("lead {name}", { name: summary.lead }) : ""];
  byId("facts").textContent = facts.filter(Boolean).join(" · ");
  byId("summary").replaceChildren(...summaryParts(summary));
  const lead = recording.leads.includes(summary.lead) ? summary.lead : null;
  const hours = summary.hours.length <= MOST_HOURS ? hoursTable(summary) : null;
  if (hours) byId("summary").append(el("div", {}, el("h3", {}, t("By hour")), hours));
  const count = hours && summary.hours.length > FEW_HOURS ? 1 : STRIPS;
  const found = await places(summary, { analysis, count });
  byId("strips").replaceChildren(...found.map((one) => stripFigure(one, { recording, analysis, lead })));
  byId("method").textContent = t("Beats classified by the model {model} of ecgfuse {version}. {n} labels were corrected by a person.", {
    model: analysis.model, version: summary.version ?? "", n: number(summary.corrected ?? 0),
  });
  byId("sheet").removeAttribute("aria-busy");
}

byId("print").addEventListener("click", () => print());
begin().catch((error) => showProblem(error, byId("strips")));
