export type LogFields = Readonly<Record<string, unknown>>;

/** A structured log. Messages are constant text; what varies goes into fields. Secrets never. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Gives a logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

/** Says nothing: for tests and for callers that don't care. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
