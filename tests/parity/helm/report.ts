import type { ChartParity, Difference } from "./run.ts";

/** Prints what a chart's comparison gave: a line, and each difference once, with the variations that show it. */
export function printChart(result: ChartParity): string {
  const head = `${result.chart || result.path} ${result.version}`;
  if (result.skipped !== undefined) return `${head}: skipped: ${result.skipped}\n`;
  const { renders, errors, chance, took, changes } = result;
  const notes = [
    `${renders} renders (${errors} errors, ${chance} same but for chance)`,
    ...(changes.length === 0 ? [] : [changes.join(", ")]),
    `${Math.round(took.subject)} ms against ${Math.round(took.judge)} ms`,
  ];
  const lines = grouped(result.differences).map(
    ([text, titles]) =>
      `  ${titles.slice(0, 3).join(" | ")}${titles.length > 3 ? ` | and ${titles.length - 3} more` : ""}\n${indent(text)}\n`,
  );
  return `${head}: ${result.differences.length} differences in ${notes.join(", ")}\n${lines.join("")}`;
}

function grouped(differences: readonly Difference[]): [string, string[]][] {
  const groups = new Map<string, { text: string; titles: string[] }>();
  for (const { variation, text } of differences) {
    // The place differs between variations; what differs there tells them apart.
    const key = text
      .split("\n")
      .filter((line) => /^[-+] /.test(line))
      .join("\n");
    const group = groups.get(key) ?? { text, titles: [] };
    group.titles.push(variation);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ text, titles }) => [text, titles]);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

/** Prints the whole run's count. */
export function printSum(results: readonly ChartParity[]): string {
  const sum = (count: (result: ChartParity) => number) => results.reduce((all, one) => all + count(one), 0);
  const compared = results.filter(({ skipped }) => skipped === undefined);
  return `${compared.length} charts, ${sum(({ renders }) => renders)} renders, ${sum((one) => one.differences.length)} differences; ${results.length - compared.length} charts skipped\n`;
}

/** Makes the table of the docs: a row for each chart. */
export function printTable(results: readonly ChartParity[]): string {
  const rows = results
    .filter(({ skipped }) => skipped === undefined)
    .map((one) => [
      one.from,
      one.chart,
      one.version,
      one.renders,
      one.errors,
      one.chance,
      one.differences.length,
      one.changes.join(", "),
    ])
    .map((cells) => `| ${cells.join(" | ")} |`);
  return [
    "| from | chart | version | renders | of them errors | same but for chance | differences | changed for it |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: | --- |",
    ...rows,
    "",
  ].join("\n");
}
