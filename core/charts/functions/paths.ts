import { posix } from "node:path";
import { fixed, type GoFunction } from "../template/values.ts";

/** Helm runs on many systems; here paths are always those with slashes. */
export const pathFunctions: readonly (readonly [string, GoFunction])[] = [
  ...both(
    "base",
    "osBase",
    fixed(["string"], ([path]) => base(path)),
  ),
  ...both(
    "dir",
    "osDir",
    fixed(["string"], ([path]) => cleanPath(path.slice(0, path.lastIndexOf("/") + 1))),
  ),
  ...both(
    "clean",
    "osClean",
    fixed(["string"], ([path]) => cleanPath(path)),
  ),
  ...both(
    "ext",
    "osExt",
    fixed(["string"], ([path]) => /\.[^./]*$/.exec(path)?.[0] ?? ""),
  ),
  ...both(
    "isAbs",
    "osIsAbs",
    fixed(["string"], ([path]) => path.startsWith("/")),
  ),
];

function both(name: string, osName: string, target: GoFunction): [string, GoFunction][] {
  return [
    [name, target],
    [osName, target],
  ];
}

/** Gives the last element, as Go's path.Base. */
export function base(path: string): string {
  if (path === "") return ".";
  // By hand: an expression would begin anew at each of many slashes.
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return end === 0 ? "/" : path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

/** Gives the shortest equal path, as Go's path.Clean. */
export function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}
