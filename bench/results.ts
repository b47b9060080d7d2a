import type { Benchmark, Spread } from "./benchmark.ts";

/** One line of the table: a metric of a benchmark on both sides. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly metric: string;
  readonly unit: string;
  /** When, in RFC 3339. */
  readonly measured: string;
  readonly ours?: Spread;
  readonly peer?: Spread;
  readonly peerName?: string;
  /** How many times better ours is by the medians: above 1 is ahead. */
  readonly ratio?: number;
}

/** Joins both sides' spreads to a row, measured now. */
export function rowOf(benchmark: Benchmark, metric: string, ours?: Spread, peer?: Spread): Row {
  const { unit, better } = benchmark.metrics[metric] ?? { unit: "", better: "less" };
  const ratio =
    ours === undefined || peer === undefined
      ? undefined
      : better === "less"
        ? peer.median / ours.median
        : ours.median / peer.median;
  return {
    id: benchmark.id,
    title: benchmark.title,
    metric,
    unit,
    measured: new Date().toISOString(),
    ...(ours === undefined ? {} : { ours }),
    ...(peer === undefined ? {} : { peer }),
    ...(benchmark.peerName === undefined ? {} : { peerName: benchmark.peerName }),
    // Nothing beside nothing has none.
    ...(ratio === undefined || Number.isNaN(ratio) ? {} : { ratio }),
  };
}

/** Gives the rows measured now and those before of other benchmarks, in the order of ids. */
export function withEarlier(rows: readonly Row[], earlier: readonly Row[]): readonly Row[] {
  const nameOf = ({ id, title }: Row) => `${id} ${title}`;
  const measured = new Set(rows.map(nameOf));
  return [...rows, ...earlier.filter((row) => !measured.has(nameOf(row)))].toSorted((a, b) =>
    a.id.localeCompare(b.id, "en", { numeric: true }),
  );
}

/** Prints the rows, a heading for each benchmark. */
export function printRows(rows: readonly Row[]): string {
  const lines: string[] = [];
  let heading = "";
  for (const row of rows) {
    const title = `${row.id}  ${row.title}${row.peerName === undefined ? "" : `, beside ${row.peerName}`}`;
    if (title !== heading) lines.push(lines.length === 0 ? title : `\n${title}`);
    heading = title;
    const ratio = row.ratio === undefined ? "" : `${row.ratio.toFixed(2)}×`;
    lines.push(
      `  ${row.metric.padEnd(28)} ${side("ours", row.ours, row.unit)} ${side("peer", row.peer, row.unit)} ${ratio}`.trimEnd(),
    );
  }
  return `${lines.join("\n")}\n`;
}

function side(name: string, spread: Spread | undefined, unit: string): string {
  if (spread === undefined) return "".padEnd(44);
  const { min, median, max } = spread;
  const range = spread.rounds === 1 ? "" : ` (${number(min)}–${number(max)})`;
  return `${name} ${number(median)} ${unit}${range}`.padEnd(44);
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3);
}
