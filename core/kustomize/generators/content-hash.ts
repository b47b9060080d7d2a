import { sha256Hex } from "@catalyst/base/digest";
import { printGoJson } from "@catalyst/base/go-json-print";
import type { Item } from "../objects/item.ts";
import { isMapping, isScalar, meaningOf, textOf } from "../values/scalar.ts";

/** Gives a ConfigMap's or Secret's name the hash of its content, so that a change makes a new object. */
export function addHash(item: Item): void {
  if (!item.isHashed) return;
  const hash = contentHash(item);
  item.rememberId();
  item.setMetadata("name", `${item.name}-${hash}`);
}

/** The hash changes with the content; the name doesn't count. Source: Kustomize's hasher. */
function contentHash({ kind, value = {} }: Item): string {
  const content: Record<string, unknown> =
    kind === "Secret"
      ? { data: part(value["data"]), kind, name: "", type: part(value["type"]) }
      : { data: part(value["data"]), kind, name: "" };
  const other = kind === "Secret" ? "stringData" : "binaryData";
  if (isMapping(value[other])) content[other] = part(value[other]);
  return encoded(sha256Hex(printGoJson(content)));
}

function part(value: unknown): unknown {
  if (isScalar(value)) return textOf(value);
  if (!isMapping(value)) return meaningOf(value, "json");
  // A key that can't be printed counts all the same: the object may be there for the build alone.
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, meaningOf(item, "json")]));
}

const letters: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

function encoded(hex: string): string {
  return [...hex.slice(0, 10)].map((digit) => letters[digit] ?? digit).join("");
}
