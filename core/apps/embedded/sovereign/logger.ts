import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { LogFields, Logger } from "@catalyst/base/logger";
import { pino } from "pino";

/** Logs to a file, one JSON document a line. Fields named like secrets are never written. */
export function fileLogger(path: string): Logger {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const redact = [
    "password",
    "token",
    "secret",
    "authorization",
    "*.password",
    "*.token",
    "*.secret",
    "*.authorization",
  ];
  return wrap(
    pino(
      { base: null, redact, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: path, append: true, sync: false }),
    ),
  );
}

function wrap(log: pino.Logger): Logger {
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}) =>
      log[level]({ ...fields }, message);
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => wrap(log.child({ ...fields })),
  };
}
