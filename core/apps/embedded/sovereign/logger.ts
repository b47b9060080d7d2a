import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CatalystError, describeError, errorMessage } from "@catalyst/base/errors";
import type { LogFields, Logger } from "@catalyst/base/logger";
import { pino } from "pino";

export interface FileLoggerOptions {
  /** Bytes after which a file is set aside and a new one begun. Default: 16 MiB. */
  readonly maxBytes?: number;
  /** Files set aside that are kept, as `<path>.1` (the newest) and so on. Default: 4. */
  readonly kept?: number;
}

/**
 * Logs to a file, one JSON document a line. Fields named like secrets are never written. The file is set
 * aside when it is full and the oldest of those is dropped, so that a log never fills the disk. Throws what the
 * file system says when the file can't be opened.
 */
export function fileLogger(path: string, { maxBytes = 16 << 20, kept = 4 }: FileLoggerOptions = {}): Logger {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // once it runs, whatever keeps the log from being written is passed over
  closeSync(openSync(path, "a", 0o600));
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
      { base: null, redact, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: textOf } },
      rotatingFile(path, maxBytes, kept),
    ),
  );
}

/** An error is nothing in JSON. One that nobody foresaw says where it came from. */
function textOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return error instanceof CatalystError ? describeError(error) : (error.stack ?? error.message);
}

/** A file that is set aside between two writes once it is full. */
function rotatingFile(path: string, maxBytes: number, kept: number) {
  const file = pino.destination({ dest: path, append: true, sync: false, mode: 0o600, maxLength: mostHeld });
  outliveFailures(file);
  let size = existsSync(path) ? statSync(path).size : 0;
  file.on("write", (written: number) => {
    size += written;
    if (size < maxBytes) return;
    size = 0;
    try {
      // what is under way still goes to the file that moves: no line is cut in two
      setAside(path, kept);
      file.reopen();
    } catch (error) {
      const msg = `the log wasn't set aside: ${errorMessage(error)}`;
      file.write(`${JSON.stringify({ level: pino.levels.values["warn"], msg })}\n`);
    }
  });
  return file;
}

function setAside(path: string, kept: number): void {
  rmSync(`${path}.${kept}`, { force: true });
  for (let number = kept - 1; number >= 1; number--)
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  renameSync(path, `${path}.1`);
}

/**
 * A log that can't be written, as on a full disk, must not end what it tells of: lines wait, then some are left
 * out, which a line says once it can.
 */
function outliveFailures(file: ReturnType<typeof pino.destination>): void {
  let lost = 0;
  file.on("error", () => undefined);
  file.on("drop", () => {
    lost += 1;
  });
  file.on("drain", () => {
    if (lost === 0) return;
    const msg = "lines are missing here: the log couldn't be written";
    file.write(
      `${JSON.stringify({ level: pino.levels.values["warn"], time: new Date().toISOString(), lost, msg })}\n`,
    );
    lost = 0;
  });
}

/** Bytes of lines that are held back while the log can't be written. */
const mostHeld = 1024 * 1024;

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
