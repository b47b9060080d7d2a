import { CatalystError } from "@catalyst/base/errors";
import { warningEnd, warningStart } from "../functions/flow.ts";
import { trimSpace } from "../template/space.ts";

interface Trace {
  readonly location: string;
  readonly executed: string;
  readonly message: string;
}

/** Makes the error of a template that doesn't parse, in Helm's words. */
export function parseFailure(file: string, message: string): CatalystError {
  const parts = message.split(": ");
  const place = parts.length === 1 ? undefined : placeOf(parts[1] ?? "");
  const text =
    parts.length === 1
      ? `parse error in (${file}): ${message}`
      : `parse error at (${parts[1]}): ${parts.at(-1)}`;
  return new CatalystError("chart-template-invalid", text, { place });
}

/** Makes the error of a template that failed while running, in Helm's words. */
export function executionFailure(error: Error): CatalystError {
  const { message } = error;
  const [, location = "", ...rest] = message.split(": ");
  const place = placeOf(location);
  const warning = new RegExp(`${warningStart}(.*)${warningEnd}`, "s").exec(rest.join(": "));
  if (warning !== null) {
    return new CatalystError("chart-template-failed", `execution error at (${location}): ${warning[1]}`, {
      place,
      cause: error,
    });
  }
  return new CatalystError("chart-template-failed", traceOf(error) ?? message, { place, cause: error });
}

/** The chain of templates the error came through, one below the other; undefined when it has another form. */
function traceOf(error: Error): string | undefined {
  const traces: Trace[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const trace = parseTrace(current.message);
    if (trace === undefined) return undefined;
    const last = traces.at(-1);
    if (last === undefined || printTrace(last) !== printTrace(trace)) traces.push(trace);
  }
  return trimSpace(traces.map(printTrace).join(""));
}

function parseTrace(message: string): Trace | undefined {
  if (!message.startsWith("template: ")) return undefined;
  const rest = message.slice("template: ".length);
  if (rest.startsWith("no template ")) return { location: "", executed: "", message };
  const at = rest.indexOf(": executing ");
  const match = at < 0 ? null : /^"([^"]*)" at <(.*?)>: (.*)$/s.exec(rest.slice(at + ": executing ".length));
  if (match !== null) {
    const [, name, expression, problem = ""] = match;
    return {
      location: rest.slice(0, at),
      executed: `executing "${name}" at <${expression}>:`,
      message: withoutNext(problem),
    };
  }
  const last = rest.lastIndexOf(": ");
  if (at >= 0 || last < 0) return undefined;
  return { location: rest.slice(0, last), executed: "", message: withoutNext(rest.slice(last + 2)) };
}

function withoutNext(message: string): string {
  const next = message.indexOf(" template:");
  return next < 0 ? message : message.slice(0, next);
}

function printTrace({ location, executed, message }: Trace): string {
  const parts = [location && `${location}\n  `, executed && `${executed}\n    `, message && `${message}\n`];
  return parts.join("");
}

function placeOf(location: string) {
  const match = /^(.*?):(\d+)(?::(\d+))?$/.exec(location);
  if (match === null) return undefined;
  const [, file, line, column] = match;
  return { file, line: Number(line), column: column === undefined ? undefined : Number(column) + 1 };
}
