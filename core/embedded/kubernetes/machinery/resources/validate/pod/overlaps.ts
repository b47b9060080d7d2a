import type { Place } from "../../../validate/place.ts";

interface WrittenPath {
  readonly path: string;
  readonly source: string;
}

/** What a writer is told of files in a volume of which one hides another. */
export function overlapWarnings(volumes: Place): readonly string[] {
  return volumes.items().flatMap((volume) => {
    const name = volume.at("name").text;
    const own = Object.entries(described).flatMap(([key, describe]) => {
      const source = volume.at(key);
      return overlaps(pathsOf(source.at("items"), "")).map((body) => warning(name, describe(source), body));
    });
    return [...own, ...projectedWarnings(name, volume.at("projected"))];
  });
}

const described: Readonly<Record<string, (source: Place) => string>> = {
  configMap: (source) => `ConfigMap ${JSON.stringify(source.at("name").text)}`,
  secret: (source) => `Secret ${JSON.stringify(source.at("secretName").text)}`,
  downwardAPI: () => "DownwardAPI",
};

function warning(name: string, what: string, body: string): string {
  return `volume ${JSON.stringify(name)} (${what}): overlapping paths: ${body}`;
}

function pathsOf(items: Place, source: string): readonly WrittenPath[] {
  return items.items().map((item) => ({ path: item.at("path").text, source }));
}

function overlaps(paths: readonly WrittenPath[]): readonly string[] {
  const known: WrittenPath[] = [];
  return paths.flatMap((written) => {
    const trimmed = { ...written, path: written.path.replace(/\/+$/, "") };
    const found = known.filter((other) => isOverlap(other, trimmed));
    known.push(trimmed);
    return found.map((other) => `${show(trimmed)} with ${show(other)}`);
  });
}

function isOverlap(one: WrittenPath, other: WrittenPath): boolean {
  if (one.path === "" || other.path === "") return false;
  return `${one.path}/`.startsWith(`${other.path}/`) || `${other.path}/`.startsWith(`${one.path}/`);
}

function show({ path, source }: WrittenPath): string {
  return source === "" ? JSON.stringify(path) : `${JSON.stringify(path)} (${source})`;
}

function projectedWarnings(name: string, projected: Place): readonly string[] {
  const sources = projected.at("sources").items();
  const empty = sources.filter((source) => source.size === 0);
  const paths = sources.flatMap(projectedPaths);
  return [
    ...empty.map(() => `volume ${JSON.stringify(name)} (Projected) has no sources provided`),
    ...overlaps(paths).map((body) => warning(name, "Projected", body)),
  ];
}

function projectedPaths(source: Place): readonly WrittenPath[] {
  for (const [key, what] of [
    ["configMap", "ConfigMap"],
    ["secret", "Secret"],
  ] as const) {
    const items = source.at(key, "items");
    if (items.isSet) return pathsOf(items, `${what} ${JSON.stringify(source.at(key, "name").text)}`);
  }
  const files = source.at("downwardAPI", "items");
  if (files.isSet) return pathsOf(files, "DownwardAPI");
  const token = source.at("serviceAccountToken");
  return token.isSet ? [{ path: token.at("path").text, source: "ServiceAccountToken" }] : [];
}
