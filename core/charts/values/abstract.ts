/** What is known of a value without running a template: where in the values it comes from. */
export type Abstract =
  /** The values below a path; a list's or map's element by chance is `*`. */
  | { readonly kind: "path"; readonly path: readonly string[]; readonly section: readonly string[] }
  /** A map put together in a template, or what a template sees. */
  | { readonly kind: "map"; readonly fields: Map<string, Abstract> }
  | typeof unknown;

export const unknown = { kind: "unknown" } as const;

/** Longer paths only come from templates that call themselves. */
const depthLimit = 30;

/** The values of a chart, which stand in its parent's below its name. */
export function sectionValues(section: readonly string[]): Abstract {
  return { kind: "path", path: section, section };
}

/** A field of a value. Every chart's `global` is the root's. */
export function fieldOf(value: Abstract, name: string): Abstract {
  switch (value.kind) {
    case "unknown":
      return unknown;
    case "map":
      return value.fields.get(name) ?? unknown;
    case "path": {
      const { path, section } = value;
      if (path.length >= depthLimit) return unknown;
      const isGlobal = name === "global" && path.length === section.length;
      return { kind: "path", path: isGlobal ? ["global"] : [...path, name], section };
    }
  }
}

/** An element of a value that is ranged over. */
export function elementOf(value: Abstract): Abstract {
  return value.kind === "path" ? fieldOf(value, "*") : unknown;
}

/** Maps within maps that are told apart; deeper ones only come from templates that call themselves. */
const keyDepth = 8;

/** A text that two values have in common only if they are the same, as far as `keyDepth`. `spend` counts what it takes. */
export function keyOf(value: Abstract, spend: () => void, depth = 0): string {
  spend();
  switch (value.kind) {
    case "unknown":
      return "?";
    case "path":
      return JSON.stringify([value.path, value.section]);
    case "map": {
      if (depth >= keyDepth) return "{…}";
      const fields = [...value.fields].map(([name, field]) => `${name}:${keyOf(field, spend, depth + 1)}`);
      return `{${fields.join()}}`;
    }
  }
}
