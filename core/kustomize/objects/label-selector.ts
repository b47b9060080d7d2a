import { CatalystError } from "@catalyst/base/errors";

type Texts = Readonly<Record<string, string>>;

/**
 * Makes the test of a label selector (`a=b,c!=d,e in (f,g),!h,i>1`), as Kubernetes' labels.Parse reads it; an
 * empty one accepts all. Throws `kustomize-selector-invalid`.
 */
export function labelTest(selector: string): (texts: Texts) => boolean {
  const tests = requirements(selector).map(requirementTest);
  return (texts) => tests.every((accepts) => accepts(texts));
}

/** Splits at commas outside parentheses, in time linear in the selector: who writes it may be hostile. */
function requirements(selector: string): readonly string[] {
  if (selector.trim() === "") return [];
  const parts: string[] = [];
  let isInside = false;
  for (const piece of selector.split(",")) {
    if (isInside) parts.push(`${parts.pop()},${piece}`);
    else parts.push(piece);
    const [open, close] = [piece.lastIndexOf("("), piece.lastIndexOf(")")];
    if (open !== close) isInside = open > close;
  }
  return parts.map((part) => part.trim());
}

function requirementTest(text: string): (texts: Texts) => boolean {
  const exists = /^(!?)\s*([^\s=!<>(),]+)$/.exec(text);
  if (exists !== null) {
    const [, not, name = ""] = exists;
    return (texts) => Object.hasOwn(texts, checkedName(name)) === (not === "");
  }
  const set = /^([^\s=!<>(),]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null) {
    const [, name = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => checkedValue(value.trim())));
    const has = (texts: Texts) => Object.hasOwn(texts, name) && values.has(texts[name] ?? "");
    return operator === "in" ? has : (texts) => !has(texts);
  }
  const [, name = "", operator, value = ""] =
    /^([^\s=!<>(),]+)\s*(==?|!=|>|<)\s*([^\s=!<>(),]*)$/.exec(text) ?? [];
  if (operator === undefined) throw invalid(text);
  return comparison(checkedName(name), operator, checkedValue(value));
}

function comparison(name: string, operator: string, value: string): (texts: Texts) => boolean {
  const own = (texts: Texts) => (Object.hasOwn(texts, name) ? texts[name] : undefined);
  if (operator === "!=") return (texts) => own(texts) !== value;
  if (operator !== ">" && operator !== "<") return (texts) => own(texts) === value;
  if (!/^[-+]?\d+$/.test(value)) throw invalid(`${name}${operator}${value}`);
  return (texts) => {
    const text = own(texts) ?? "";
    if (!/^[-+]?\d+$/.test(text)) return false;
    return operator === ">" ? BigInt(text) > BigInt(value) : BigInt(text) < BigInt(value);
  };
}

function checkedName(name: string): string {
  const part = "[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
  const domain = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*";
  if (new RegExp(`^(?:${domain}/)?${part}$`).test(name)) return name;
  throw invalid(name);
}

function checkedValue(value: string): string {
  if (/^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value)) return value;
  throw invalid(value);
}

function invalid(text: string): CatalystError {
  return new CatalystError("kustomize-selector-invalid", `'${text}' is not part of a label selector`);
}
