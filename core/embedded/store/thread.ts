import { parentPort, workerData } from "node:worker_threads";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { type PostedError, postedError } from "@catalyst/base/posted-error";
import { Database } from "./database.ts";
import type { Answer, Command, ThreadData } from "./protocol.ts";

/** The store's thread: opens the folder, then does one command after the other. */

const port = parentPort!;
const { dir, maxBytes } = workerData as ThreadData;

let database: Database | undefined;
try {
  database = new Database(dir, maxBytes);
  port.postMessage({ id: 0 } satisfies Answer);
} catch (error) {
  port.postMessage({ id: 0, error: posted(error) } satisfies Answer);
}

port.on("message", ({ id, command }: { id: number; command: Command }) => {
  try {
    port.postMessage({ id, value: execute(database!, command) } satisfies Answer);
  } catch (error) {
    port.postMessage({ id, error: posted(error) } satisfies Answer);
  }
});

function execute(opened: Database, command: Command): unknown {
  switch (command.kind) {
    case "commit":
      return opened
        .commit(command.writes)
        .map((outcome) => (Array.isArray(outcome) ? outcome : posted(outcome)));
    case "read":
      return opened.read(command.statement);
    case "define":
      return opened.define(command.name, command.migrations, command.checked);
    case "check":
      return opened.check();
    case "close":
      return opened.close();
  }
}

/** What isn't foreseen is the store's failure. */
function posted(error: unknown): PostedError {
  return postedError(
    error instanceof CatalystError ? error : new CatalystError("store-failed", errorMessage(error)),
  );
}
