import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { inTurns, type Pieces } from "@catalyst/base/pieces";
import { parseYaml, printYaml } from "@catalyst/base/yaml";
import type { KubeResource } from "./objects/resource.ts";

type Variables = Readonly<Record<string, string>>;

/** A label or annotation with the value `disabled` keeps an object from substitution. */
const mark = "kustomize.toolkit.fluxcd.io/substitute";

/** Deepest nesting of variables in defaults. */
const depthLimit = 16;

/**
 * Replaces `${variable}` in an object by Flux's rules: defaults (`:=`, `:-`, `=`, `-`), substrings, lengths, case
 * and replacement, and `$${…}` for the text itself. A variable nobody gives is empty. Throws
 * `kustomize-variable-invalid` for a name that is none, `kustomize-substitution-failed` for what can't be read.
 */
export function substituteVariables(resource: KubeResource, variables: Variables): KubeResource {
  const { labels, annotations } = resource.metadata;
  if (labels?.[mark] === "disabled" || annotations?.[mark] === "disabled") return resource;
  for (const name of Object.keys(variables)) {
    if (/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name)) continue;
    const words = `'${name}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`;
    throw new CatalystError("kustomize-variable-invalid", words);
  }
  const text = printYaml(resource);
  if (!text.includes("$")) return resource;
  const result = expand(text, variables, 0);
  let value: unknown;
  try {
    value = parseYaml(result).value;
  } catch (cause) {
    // The text may hold values of Secrets: it isn't quoted.
    const subject = `${resource.kind} '${resource.metadata.name}'`;
    throw new CatalystError(
      "kustomize-substitution-failed",
      `${subject} is no YAML after its variables are replaced`,
      {
        cause,
      },
    );
  }
  return isObject(value) ? (value as KubeResource) : resource;
}

/** Replaces variables in objects, in turns of the event loop. Throws as substituteVariables. */
export function substituteInTurns(
  resources: readonly KubeResource[],
  variables: Variables,
): Promise<readonly KubeResource[]> {
  return inTurns(substitutedPieces(resources, variables));
}

function* substitutedPieces(
  resources: readonly KubeResource[],
  variables: Variables,
): Pieces<readonly KubeResource[]> {
  const result: KubeResource[] = [];
  for (const resource of resources) {
    result.push(substituteVariables(resource, variables));
    yield;
  }
  return result;
}

function expand(text: string, variables: Variables, depth: number): string {
  if (depth > depthLimit)
    throw new CatalystError("kustomize-substitution-failed", "variables are nested too deeply");
  let result = "";
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    if (text.startsWith("$${", dollar)) {
      result += "${";
      at = dollar + 3;
    } else if (text[dollar + 1] === "{") {
      const end = closingBrace(text, dollar + 2);
      result += evaluate(text.slice(dollar + 2, end), variables, depth);
      at = end + 1;
    } else {
      result += "$";
      at = dollar + 1;
    }
  }
  return result;
}

function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith("${", at)) open++;
    else if (text[at] === "}" && --open === 0) return at;
  }
  throw new CatalystError("kustomize-substitution-failed", "envsubst error: missing closing brace");
}

function evaluate(expression: string, variables: Variables, depth: number): string {
  if (/^#[_a-zA-Z]\w*$/.test(expression)) return String((variables[expression.slice(1)] ?? "").length);
  const [, name, rest = ""] = /^([_a-zA-Z]\w*)(.*)$/s.exec(expression.trimStart()) ?? [];
  if (name === undefined) {
    throw new CatalystError("kustomize-substitution-failed", "envsubst error: unable to parse variable name");
  }
  const value = Object.hasOwn(variables, name) ? (variables[name] as string) : "";
  const argument = (length: number) => expand(rest.slice(length), variables, depth + 1);
  const operator = /^(?::[=\-?+]|[=\-?+]|,,|,|\^\^|\^|\/\/|\/#|\/%|\/|##|#|%%|%|:)/.exec(rest)?.[0] ?? "";
  switch (operator) {
    case "":
      return value;
    case ",":
      return value.slice(0, 1).toLowerCase() + value.slice(1);
    case ",,":
      return value.toLowerCase();
    case "^":
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case "^^":
      return value.toUpperCase();
    case ":":
      return substring(value, argument(1));
    case "/":
    case "//":
    case "/#":
    case "/%":
      return replaced(value, operator, argument(operator.length));
    case "#":
    case "##":
    case "%":
    case "%%":
      return trimmed(value, operator, argument(operator.length));
    default:
      return value === "" ? argument(operator.length) : value;
  }
}

function substring(value: string, text: string): string {
  const [offset = "", length] = text.split(":").map((part) => part.trim());
  const start = Number(offset);
  if (offset === "" || !Number.isInteger(start)) return value;
  const from = start < 0 ? Math.max(0, value.length + start) : start;
  if (length === undefined) return value.slice(from);
  const count = Number(length);
  if (!Number.isInteger(count)) return value;
  return count < 0
    ? value.slice(from, Math.max(from, value.length + count))
    : value.slice(from, from + count);
}

function replaced(value: string, operator: string, text: string): string {
  const slash = text.indexOf("/");
  const wanted = slash < 0 ? text : text.slice(0, slash);
  const by = slash < 0 ? "" : text.slice(slash + 1);
  if (operator === "//") return value.replaceAll(wanted, () => by);
  if (operator === "/#") return value.startsWith(wanted) ? by + value.slice(wanted.length) : value;
  if (operator === "/%")
    return value.endsWith(wanted) ? value.slice(0, value.length - wanted.length) + by : value;
  return value.replace(wanted, () => by);
}

/** Cuts the shortest or longest beginning or end that a pattern with `*` and `?` matches. */
function trimmed(value: string, operator: string, pattern: string): string {
  const lengths = Array.from({ length: value.length }, (_none, index) => index + 1);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const part = operator.startsWith("#") ? value.slice(0, length) : value.slice(value.length - length);
    if (!matches(part, pattern)) continue;
    return operator.startsWith("#") ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

/** Matches `*` (any text) and `?` (one character), in time linear in text times pattern. */
function matches(text: string, pattern: string): boolean {
  let reached = new Set([0]);
  const skipStars = (positions: ReadonlySet<number>) => {
    const all = new Set(positions);
    for (const at of all) if (pattern[at] === "*") all.add(at + 1);
    return all;
  };
  reached = skipStars(reached);
  for (const character of text) {
    const next = new Set<number>();
    for (const at of reached) {
      if (pattern[at] === "*") next.add(at);
      else if (pattern[at] === "?" || pattern[at] === character) next.add(at + 1);
    }
    reached = skipStars(next);
  }
  return reached.has(pattern.length);
}
