import { constants } from "node:os";

/** The number of a signal by its name (`SIGUSR1`, `SIGRTMIN+3`). Undefined for none. */
export function signalNumber(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const known = (constants.signals as Readonly<Record<string, number | undefined>>)[name];
  if (known !== undefined) return known;
  const real = /^SIGRT(MIN|MAX)(?:[+-](\d+))?$/.exec(name);
  if (real === null) return undefined;
  const offset = Number(real[2] ?? 0);
  // Linux' first and last signal for programs' own use, as C libraries count them.
  return real[1] === "MIN" ? 34 + offset : 64 - offset;
}
