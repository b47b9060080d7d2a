/**
 * Splits a request's path from its query, and normalizes nothing: what `URL` would make of `..` must not differ
 * from what was authorized (security case 28).
 */
export function splitPath(path: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const mark = path.indexOf("?");
  if (mark < 0) return { pathname: path, query: new URLSearchParams() };
  return { pathname: path.slice(0, mark), query: new URLSearchParams(path.slice(mark + 1)) };
}

/** The decoded segments of an absolute path; undefined when an escape is broken. */
export function pathSegments(pathname: string): string[] | undefined {
  try {
    return pathname.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
