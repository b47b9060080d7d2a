import { octetsOf } from "../octets.ts";
import { GoYamlError } from "./errors.ts";

/** A text that was UTF-16. */
interface Decoded {
  readonly text: string;
  /** Why it isn't, from the last character of `text` on, which only stands for the rest. */
  readonly refusal: GoYamlError | undefined;
}

/** Reads a text as UTF-16 where its first two bytes say that it is, as go-yaml does; undefined where they don't. */
export function fromUtf16(text: string): Decoded | undefined {
  const isLittle = text.startsWith("\udcff\udcfe");
  if (!isLittle && !text.startsWith("\udcfe\udcff")) return undefined;
  const octets = octetsOf(text).subarray(2);
  const unitAt = (at: number) =>
    ((octets[at + Number(isLittle)] ?? 0) << 8) | (octets[at + Number(!isLittle)] ?? 0);
  let decoded = "";
  for (let at = 0; at < octets.length; ) {
    const problem = problemOf(unitAt(at), unitAt(at + 2), octets.length - at);
    if (problem !== undefined) return { text: `${decoded}\ufffd`, refusal: new GoYamlError(problem) };
    const length = isHigh(unitAt(at)) ? 4 : 2;
    decoded += String.fromCharCode(...(length === 4 ? [unitAt(at), unitAt(at + 2)] : [unitAt(at)]));
    at += length;
  }
  return { text: decoded, refusal: undefined };
}

/** What go-yaml says of two units of which so many bytes are left. */
function problemOf(first: number, second: number, left: number): string | undefined {
  if (left < 2) return "incomplete UTF-16 character";
  if (isLow(first)) return "unexpected low surrogate area";
  if (!isHigh(first)) return undefined;
  if (left < 4) return "incomplete UTF-16 surrogate pair";
  return isLow(second) ? undefined : "expected low surrogate area";
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}
