import { main } from "./cli/main.ts";
import { commandTable } from "./cli/table.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => stop.abort(signal));
}

process.exitCode = await main({
  table: commandTable,
  words: process.argv.slice(2),
  folder: process.cwd(),
  signal: stop.signal,
  stdout: process.stdout,
  stderr: process.stderr,
});
