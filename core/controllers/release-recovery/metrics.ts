import { branchOf, type RecoveryEntry } from "./lines.ts";

/** Counts what recovery did, for Prometheus. */
export class RecoveryMetrics {
  readonly #releases = new Map<string, number>();
  #halted = 0;

  count(entry: RecoveryEntry): void {
    if (entry.entry === "halted") this.#halted++;
    else if (entry.entry === "skipped") this.#add("skipped", `reason="${entry.reason}"`);
    else if (entry.entry === "detected" || entry.entry === "corrected" || entry.entry === "failed")
      this.#add(entry.entry, `branch="${branchOf(entry.decision)}"`);
  }

  #add(outcome: string, label: string): void {
    const series = `{outcome="${outcome}",${label}}`;
    this.#releases.set(series, (this.#releases.get(series) ?? 0) + 1);
  }

  /** Prints all in Prometheus' text format. */
  text(): string {
    const series = [...this.#releases].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      "# HELP catalyst_release_recovery_total Releases that recovery detected, corrected, skipped or failed to correct.",
      "# TYPE catalyst_release_recovery_total counter",
      ...series.map(([labels, count]) => `catalyst_release_recovery_total${labels} ${count}`),
      "# HELP catalyst_release_recovery_halted_total Times that more releases were stuck at once than recovery acts on.",
      "# TYPE catalyst_release_recovery_halted_total counter",
      `catalyst_release_recovery_halted_total ${this.#halted}`,
      "",
    ].join("\n");
  }
}
