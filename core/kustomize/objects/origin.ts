import type { Item, Origin } from "./item.ts";

/** Joins paths as they are shown: `..` of one takes a folder of the other away. */
export function joined(folder: string, path: string): string {
  const names: string[] = [];
  for (const name of `${folder}/${path}`.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else names.push(name);
  }
  return names.join("/");
}

/** What a field of a kustomization made or changed comes from. */
export function builtinOrigin(
  originPath: string | undefined,
  file: string,
  kind: string,
): Origin | undefined {
  if (originPath === undefined) return undefined;
  const name = file.split("/").at(-1) ?? "";
  return { configuredIn: joined(originPath, name), configuredBy: { apiVersion: "builtin", kind } };
}

/** What a plug-in made or changed comes from. */
export function pluginOrigin({ origin, apiVersion, kind, name, namespace }: Item): Origin | undefined {
  if (origin === undefined) return undefined;
  return { configuredIn: origin.path ?? "", configuredBy: { apiVersion, kind, name, namespace } };
}
