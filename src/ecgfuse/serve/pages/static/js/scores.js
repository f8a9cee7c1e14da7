/** Scores of normal against abnormal beats, as the study's web site shows them. */

/**
 * Scores over the beats that were classified; abnormal is the positive class.
 * @param {{name: string, reference: string, p: Object<string, number|null>}[]} rows
 * @returns {{beats: number, accuracy: number, precision: number, sensitivity: number, f1: number, kappa: number, auroc: number}}
 */
export function binaryScores(rows) {
  const judged = rows.filter(({ name, reference }) => name !== "Q" && reference && reference !== "Q");
  const count = (name, reference) => judged.filter((row) => (row.name === "N") === name && (row.reference === "N") === reference).length;
  const [tn, fn, fp, tp] = [count(true, true), count(true, false), count(false, true), count(false, false)];
  const beats = judged.length;
  const accuracy = (tp + tn) / beats;
  const chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / beats ** 2;
  return {
    beats,
    accuracy,
    precision: tp / (tp + fp),
    sensitivity: tp / (tp + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
    kappa: (accuracy - chance) / (1 - chance),
    auroc: areaUnderRoc(judged),
  };
}

/** Share of pairs of an abnormal and a normal beat that the probabilities put in order; ties count half. */
function areaUnderRoc(rows) {
  const sorted = rows.map(({ p, reference }) => [p.abnormal ?? 0, reference !== "N"]).sort((a, b) => a[0] - b[0]);
  let [ranks, positives] = [0, 0];
  for (let first = 0; first < sorted.length; ) {
    let end = first;
    while (end < sorted.length && sorted[end][0] === sorted[first][0]) end += 1;
    const found = sorted.slice(first, end).filter(([, isAbnormal]) => isAbnormal).length;
    ranks += (found * (first + end + 1)) / 2;
    positives += found;
    first = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (sorted.length - positives));
}
