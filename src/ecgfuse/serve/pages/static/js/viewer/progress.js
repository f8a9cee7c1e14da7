/** An analysis that is not ready yet: its progress, and the wait for its end. */

import { api } from "../api.js";
import { announce, byId } from "../dom.js";
import { analysisState, isPending } from "../format.js";
import { t } from "../i18n.js";

const PAUSES_MS = { first: 150, factor: 1.3, longest: 1000 }; // between questions to the server
const TOLD = 0.25;

/** Wait until an analysis has ended, and show its progress; answers it as it is then. */
export async function waitFor(analysis) {
  let current = analysis;
  let told = 0;
  let pauseMs = PAUSES_MS.first;
  byId("progress").hidden = false;
  while (isPending(current)) {
    show(current);
    if (current.progress - told >= TOLD) {
      told = current.progress;
      announce(analysisState(current));
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(pauseMs * PAUSES_MS.factor, PAUSES_MS.longest);
    current = await api.analysis(current.id).catch((error) => {
      if (error.status === undefined || error.status >= 500) return current; // it may come back
      throw error;
    });
  }
  show(current);
  byId("progress").hidden = current.status === "done";
  if (current.status === "done") announce(t("The analysis is ready"));
  return current;
}

function show(analysis) {
  byId("progress-text").textContent = analysisState(analysis);
  const bar = byId("progress-bar");
  bar.hidden = !isPending(analysis);
  bar.value = analysis.progress ?? 0;
  const cancel = byId("cancel");
  if (!cancel) return;
  cancel.hidden = !isPending(analysis);
  cancel.onclick = () => api.cancel(analysis.id);
}
