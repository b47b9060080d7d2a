/** Splits a path at slashes; `\/` is a slash within a name. */
export function splitPath(path: string, delimiter = "/"): readonly string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === "") parts.shift();
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.endsWith("\\")) result[result.length - 1] = `${last.slice(0, -1)}${delimiter}${part}`;
    else result.push(part);
  }
  return result;
}

/** Splits a path at dots, but not within brackets: `spec.[name=a.b].image`, `metadata.annotations.[a.b/c]`. */
export function splitDottedPath(path: string): readonly string[] {
  const parts = splitPath(path, ".");
  const result: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as string;
    if (!part.startsWith("[") || part.endsWith("]")) {
      result.push(part);
      continue;
    }
    const bracketed = [part];
    while (at < parts.length - 1) {
      at++;
      bracketed.push(parts[at] as string);
      if (parts[at]?.endsWith("]")) break;
    }
    const joined = bracketed.join(".");
    result.push(joined.includes("=") ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ""));
  }
  return result;
}

/** Splits `[name=value]`; undefined when it is none. */
export function splitElement(part: string): { readonly field: string; readonly value: string } | undefined {
  if (!isElement(part)) return undefined;
  const inner = part.slice(1, -1);
  const equals = inner.indexOf("=");
  return equals < 0 ? undefined : { field: inner.slice(0, equals), value: inner.slice(equals + 1) };
}

/** Tells whether a part of a path means items of a list by a field: `[name=web]`. */
export function isElement(part: string): boolean {
  return part.startsWith("[") && part.endsWith("]");
}

/** Tells whether a part of a path is the number of an item. */
export function isIndex(part: string): boolean {
  return /^\+?\d+$/.test(part);
}
