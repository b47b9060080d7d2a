import type { Fields } from "../../resources/fields.ts";

/** Prints a path as upstream's messages do: `spec.containers[0].name`, `metadata.labels[a.example/b]`. */
export function fieldPath(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((text, step) => {
    if (typeof step === "number" || !/^[A-Za-z0-9_$-]+$/.test(step)) return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Reads such a path. */
function stepsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, inner]) =>
    inner === undefined ? whole : /^\d+$/.test(inner) ? Number(inner) : inner,
  );
}

/** Gives a copy of the object with fields set, or taken out where the value is undefined. */
export function withFields(object: Fields, fields: Readonly<Fields>): Fields {
  const copy = structuredClone(object);
  for (const [path, value] of Object.entries(fields)) put(copy, stepsOf(path), value);
  return copy;
}

function put(object: Fields, steps: readonly (string | number)[], value: unknown): void {
  let place = object;
  steps.slice(0, -1).forEach((step, index) => {
    const next = place[step];
    const made =
      typeof next === "object" && next !== null ? next : typeof steps[index + 1] === "number" ? [] : {};
    place[step] = made;
    place = made as Fields;
  });
  const last = steps.at(-1) ?? "";
  if (value !== undefined) place[last] = structuredClone(value);
  else if (Array.isArray(place)) place.splice(Number(last), 1);
  else delete place[last];
}
