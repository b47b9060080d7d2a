import { isObject } from "@catalyst/base/json";
import type { FieldFault } from "../status.ts";
import { invalidValue, required } from "../validate/faults.ts";
import { validateAnnotations, validateLabels } from "../validate/metadata.ts";
import { dns1035Label } from "../validate/names.ts";

/** What is wrong with the type and metadata of an object within an object. Source: apiextensions' objectmeta. */
export function embeddedFaults(
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const place = (name: string) => (path === "" ? name : `${path}.${name}`);
  for (const name of ["apiVersion", "kind"]) {
    const text = value[name];
    if (text === undefined) faults.push(required(place(name)));
    else if (typeof text !== "string") faults.push(invalidValue(place(name), text, "must be a string"));
    else if (text === "") faults.push(invalidValue(place(name), text, "must not be empty"));
    else if (name === "apiVersion" && text.split("/").length > 2) {
      faults.push(invalidValue(place(name), text, `unexpected GroupVersion string: ${text}`));
    } else if (name === "kind") {
      const wrong = dns1035Label(text.toLowerCase());
      const why = `may have mixed case, but should otherwise match: ${wrong.join(",")}`;
      if (wrong.length > 0) faults.push(invalidValue(place(name), text, why));
    }
  }
  const metadata = value["metadata"];
  if (!isObject(metadata)) return faults;
  const { labels, annotations } = metadata;
  return [
    ...faults,
    ...(isObject(labels) ? validateLabels(labels, place("metadata.labels")) : []),
    ...(isObject(annotations) ? validateAnnotations(annotations, place("metadata.annotations")) : []),
  ];
}
