import { quote } from "../template/quoting.ts";

/**
 * Says why a text is no IP address, in the words of Go's netip.ParseAddr; undefined where it is one. Node's own check
 * gives no reason.
 */
export function addressProblem(text: string): string | undefined {
  const problem = readAddress(text);
  if (problem === undefined) return undefined;
  const place = problem.at === undefined || problem.at === "" ? "" : ` (at ${quote(problem.at)})`;
  return `ParseAddr(${quote(text)}): ${problem.message}${place}`;
}

/** Says why a text can't stand between a host's brackets, in the words of Go's url.Parse. */
export function ipLiteralProblem(text: string): string | undefined {
  const problem = addressProblem(text);
  if (problem !== undefined) return `invalid host: ${problem}`;
  return text.includes(":") ? undefined : "invalid IP-literal";
}

function readAddress(text: string): Problem | undefined {
  switch (/[.:%]/.exec(text)?.[0]) {
    case ":":
      return readIPv6(text);
    case ".":
      return readIPv4(text);
    case "%":
      return { message: "missing IPv6 address" };
    default:
      return { message: "unable to parse IP" };
  }
}

/** What is wrong, and the rest of the text from where it is. */
interface Problem {
  readonly message: string;
  readonly at?: string;
}

/** An address has eight groups, of which two colons leave out one at least. */
const groups = 8;

function readIPv6(text: string): Problem | undefined {
  const percent = text.indexOf("%");
  if (percent === text.length - 1) return { message: "zone must be a non-empty string" };
  let rest = percent < 0 ? text : text.slice(0, percent);
  let count = 0;
  let hasGap = rest.startsWith("::");
  if (hasGap) rest = rest.slice(2);
  while (rest !== "" && count < groups) {
    const digits = /^[0-9a-f]*/i.exec(rest)?.[0] ?? "";
    const problem = groupProblem(digits, rest);
    if (problem !== undefined) return problem;
    if (rest[digits.length] === ".") {
      const wrong = embeddedProblem(rest, count, hasGap);
      if (wrong !== undefined) return wrong;
      count += 2;
      rest = "";
      break;
    }
    count++;
    rest = rest.slice(digits.length);
    if (rest === "") break;
    if (!rest.startsWith(":")) return { message: "unexpected character, want colon", at: rest };
    if (rest === ":") return { message: "colon must be followed by more characters", at: rest };
    rest = rest.slice(1);
    if (!rest.startsWith(":")) continue;
    if (hasGap) return { message: "multiple :: in address", at: rest };
    hasGap = true;
    rest = rest.slice(1);
  }
  if (rest !== "") return { message: "trailing garbage after address", at: rest };
  if (count < groups) return hasGap ? undefined : { message: "address string too short" };
  return hasGap ? { message: "the :: must expand to at least one field of zeros" } : undefined;
}

function groupProblem(digits: string, rest: string): Problem | undefined {
  if (digits === "") {
    return { message: "each colon-separated field must have at least one digit", at: rest };
  }
  return digits.length > 4 ? { message: "each group must have 4 or less digits", at: rest } : undefined;
}

function embeddedProblem(rest: string, count: number, hasGap: boolean): Problem | undefined {
  if (!hasGap && count !== groups - 2) {
    return { message: "embedded IPv4 address must replace the final 2 fields of the address", at: rest };
  }
  if (count > groups - 2) {
    return {
      message: "too many hex fields to fit an embedded IPv4 at the end of the address",
      at: rest,
    };
  }
  return readIPv4(rest);
}

function readIPv4(text: string): Problem | undefined {
  let value = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (/[0-9]/.test(character)) {
      if (digits === 1 && value === 0) return { message: "IPv4 field has octet with leading zero" };
      value = value * 10 + Number(character);
      digits++;
      if (value > 255) return { message: "IPv4 field has value >255" };
    } else if (character === ".") {
      if (digits === 0 || at === text.length - 1) {
        return { message: "IPv4 field must have at least one digit", at: text.slice(at) };
      }
      if (dots === 3) return { message: "IPv4 address too long" };
      dots++;
      value = 0;
      digits = 0;
    } else return { message: "unexpected character", at: text.slice(at) };
  }
  return dots < 3 ? { message: "IPv4 address too short" } : undefined;
}
