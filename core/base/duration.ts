import { CatalystError } from "./errors.ts";

const unitMilliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Parses a Go duration (`1h30m`, `250ms`, `-1.5s`, `0`) to milliseconds. Source of the grammar: Go's
 * time.ParseDuration. Throws `duration-invalid`.
 */
export function parseDuration(text: string): number {
  const match = /^([-+]?)((?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (match === null) {
    if (/^[-+]?0$/.test(text)) return 0;
    throw new CatalystError("duration-invalid", `${JSON.stringify(text)} is not a duration`, {
      hint: "Write it like 30s, 5m or 1h30m.",
    });
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (unitMilliseconds[unit ?? ""] ?? 0);
  }
  return match[1] === "-" ? -total : total;
}

/** Prints milliseconds as Go prints a duration: `1h30m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const sign = milliseconds < 0 ? "-" : "";
  const all = Math.abs(milliseconds);
  if (all < 1) return all < 1e-3 ? `${sign}${trim(all * 1e6)}ns` : `${sign}${trim(all * 1e3)}µs`;
  if (all < 1000) return `${sign}${trim(all)}ms`;
  const hours = Math.floor(all / 3_600_000);
  const minutes = Math.floor((all % 3_600_000) / 60_000);
  const seconds = `${trim((all % 60_000) / 1000)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function trim(value: number): string {
  return String(Number(value.toFixed(9)));
}
