import { quote } from "@catalyst/base/go-quote";
import { formatFloat } from "../template/numbers.ts";

/** What is wrong with a value, or with a part of it. */
export interface Problem {
  /** JSON pointer of the value. */
  readonly path: string;
  readonly text: string;
  readonly causes: readonly Problem[];
  /** Whether it only holds its causes together: more than one of the same schema, or those of a reference. */
  readonly holds?: "group" | "reference";
}

export function problemAt(path: string, text: string, causes: readonly Problem[] = []): Problem {
  return { path, text, causes };
}

/** Makes one problem of those a schema found in a value; undefined when it found none. */
export function grouped(path: string, problems: readonly Problem[]): Problem | undefined {
  if (problems.length < 2) return problems[0];
  return { path, text: "validation failed", causes: problems, holds: "group" };
}

/** Makes the problem of a reference, whose schema found one. */
export function referred(path: string, problem: Problem): Problem {
  const causes = problem.holds === "group" ? problem.causes : [problem];
  return { path, text: "validation failed", causes, holds: "reference" };
}

/** Prints problems as Helm's library does: a line for each, what it consists of indented below. */
export function printProblems(problem: Problem): string {
  const top = problem.holds === "group" ? problem.causes : [problem];
  return top.map((one) => printProblem(one, 0)).join("\n");
}

function printProblem(problem: Problem, depth: number): string {
  const [only] = problem.causes;
  if (problem.holds === "reference" && problem.causes.length === 1 && only !== undefined) {
    return printProblem(only, depth);
  }
  const line = `${"  ".repeat(depth)}- at ${quoted(problem.path)}: ${problem.text}`;
  return [line, ...problem.causes.map((cause) => printProblem(cause, depth + 1))].join("\n");
}

/** Quotes with single quotes. */
export function quoted(text: string): string {
  return `'${quote(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

export function quotedList(texts: readonly string[]): string {
  return texts.map(quoted).join(", ");
}

/** Shows a value of a schema or of the values in a sentence. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "object" && value !== null) return "value";
  return value === null ? "<nil>" : String(value);
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Prints a number as people of the English language write it: 12,345.25 and 2×10¹⁰. */
export function localizedNumber(value: number): string {
  const [mantissa = "", exponent] = formatFloat(value, "g", -1).split("e");
  if (exponent === undefined)
    return mantissa.replace(/^-?\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));
  const digits = [...exponent.slice(1)].map((digit) => superscripts[Number(digit)]).join("");
  return `${mantissa}×10${exponent.startsWith("-") ? "⁻" : ""}${digits}`;
}
