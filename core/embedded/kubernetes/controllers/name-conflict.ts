import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Cluster } from "../cluster/cluster.ts";

interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
}

/** Why a definition's names can't be accepted: another resource of its group that is served has one of them. */
export function nameConflict(
  cluster: Cluster,
  definition: KubeObject,
): { readonly reason: string; readonly message: string } | undefined {
  const { group, names } = definition.spec as { readonly group: string; readonly names: Names };
  const others = cluster.kinds
    .all()
    .filter((kind) => kind.group === group && `${kind.plural}.${kind.group}` !== definition.metadata.name);
  const words = new Set(others.flatMap((kind) => [kind.plural, kind.singular, ...kind.shortNames]));
  const kinds = new Set(others.flatMap((kind) => [kind.kind, kind.listKind]));
  const checks: readonly (readonly [string, string, ReadonlySet<string>, readonly (string | undefined)[]])[] =
    [
      ["PluralConflict", "plural", words, [names.plural]],
      ["SingularConflict", "singular", words, [names.singular]],
      ["ShortNamesConflict", "shortNames", words, names.shortNames ?? []],
      ["KindConflict", "kind", kinds, [names.kind]],
      ["ListKindConflict", "listKind", kinds, [names.listKind]],
    ];
  for (const [reason, , taken, wanted] of checks) {
    const found = wanted.find((name) => name !== undefined && taken.has(name));
    if (found !== undefined) return { reason, message: `${JSON.stringify(found)} is already in use` };
  }
  return undefined;
}
