import type { ClusterName, ObjectKey } from "@catalyst/ports/kubernetes";
import { anyHost, clusterOfHost, covers, type HostPattern, patternsOf } from "./host.ts";
import { matches, precedence, type RequestHead } from "./match.ts";
import type { Route, Rule, RuleSource, Scheme } from "./rule.ts";

/** Which cluster a host name that isn't the platform's belongs to, of those that name it. */
export type OwnerOf = (patterns: readonly HostPattern[]) => ClusterName | undefined;

type SourceName = Pick<RuleSource, "kind" | "namespace" | "name">;

/**
 * The rules of every cluster, by host. A change of one object costs what its own hosts cost; a request looks at the
 * rules of its host alone.
 */
export class RouteTable {
  readonly #ownerOf: OwnerOf;
  /** By cluster and object. */
  readonly #objects = new Map<string, readonly Rule[]>();
  readonly #hosts = new Map<HostPattern, Map<ClusterName, readonly Rule[]>>();

  constructor(ownerOf: OwnerOf) {
    this.#ownerOf = ownerOf;
  }

  /** Replaces an object's rules; gives every host they name now or named before. */
  set(cluster: ClusterName, source: SourceName, rules: readonly Rule[]): readonly HostPattern[] {
    const key = keyOf(cluster, source);
    const before = this.#objects.get(key) ?? [];
    if (rules.length === 0) this.#objects.delete(key);
    else this.#objects.set(key, rules);
    const changed = new Set([...before, ...rules].flatMap((rule) => rule.hosts));
    const gone = new Set(before);
    for (const host of changed) {
      const kept = (this.#hosts.get(host)?.get(cluster) ?? []).filter((rule) => !gone.has(rule));
      const added = rules.filter((rule) => rule.hosts.includes(host));
      this.#put(host, cluster, [...kept, ...added].sort(precedence));
    }
    return [...changed];
  }

  /** The clusters that name a host, with when each first did. */
  claimants(host: HostPattern): ReadonlyMap<ClusterName, string> {
    const all = [...(this.#hosts.get(host) ?? [])].map(
      ([cluster, rules]) => [cluster, rules.map((rule) => rule.source.since).sort()[0] ?? ""] as const,
    );
    return new Map(all);
  }

  /** The objects that name a host, or one that it covers. */
  sources(host: HostPattern): readonly { readonly cluster: ClusterName; readonly source: RuleSource }[] {
    return [...this.#hosts]
      .filter(([named]) => covers(host, named))
      .flatMap(([, clusters]) => [...clusters])
      .flatMap(([cluster, rules]) => rules.map(({ source }) => ({ cluster, source })));
  }

  /** Tells whether somebody serves a host. */
  serves(host: string): boolean {
    return this.#candidates(host).length > 0;
  }

  /** The Secrets whose certificate may be shown for a host, by preference; undefined when nobody serves it. */
  certificates(
    host: string,
  ): { readonly cluster: ClusterName; readonly secrets: readonly ObjectKey[] } | undefined {
    const [first, ...others] = this.#candidates(host);
    if (first === undefined) return undefined;
    const rules = [first, ...others].flatMap((each) => each.rules);
    return { cluster: first.cluster, secrets: rules.flatMap((rule) => rule.certificates) };
  }

  /** Finds the rule for a request: of the most specific host that has rules, the first that fits. */
  find(host: string, scheme: Scheme, head: RequestHead): Route | undefined {
    const fits = (rule: Rule) =>
      (rule.scheme === undefined || rule.scheme === scheme) && matches(rule.match, head);
    const candidates = this.#candidates(host);
    const [first] = candidates
      .map((one) => ({ ...one, rules: one.rules.filter((rule) => !rule.isFallback) }))
      .filter(({ rules }) => rules.some((rule) => rule.scheme === undefined || rule.scheme === scheme));
    const rule =
      first?.rules.find(fits) ??
      candidates.flatMap(({ rules }) => rules).find((each) => each.isFallback && fits(each));
    const cluster = candidates[0]?.cluster;
    return rule === undefined || cluster === undefined ? undefined : { cluster, rule };
  }

  /** The owner's rules by host, the most specific host first. */
  #candidates(host: string): readonly { readonly cluster: ClusterName; readonly rules: readonly Rule[] }[] {
    const platform = clusterOfHost(host);
    const patterns = patternsOf(host).filter((pattern) => this.#hosts.has(pattern));
    const named = patterns.filter((pattern) => pattern !== anyHost);
    const cluster = platform ?? (named.length === 0 ? undefined : this.#ownerOf(named));
    if (cluster === undefined) return [];
    // A rule without a host counts only for its own cluster's names.
    return (platform === undefined ? named : patterns).flatMap((pattern) => {
      const rules = this.#hosts.get(pattern)?.get(cluster);
      return rules === undefined ? [] : [{ cluster, rules }];
    });
  }

  #put(host: HostPattern, cluster: ClusterName, rules: readonly Rule[]): void {
    const clusters = this.#hosts.get(host) ?? new Map<ClusterName, readonly Rule[]>();
    if (rules.length === 0) clusters.delete(cluster);
    else clusters.set(cluster, rules);
    if (clusters.size === 0) this.#hosts.delete(host);
    else this.#hosts.set(host, clusters);
  }
}

function keyOf(cluster: ClusterName, { kind, namespace, name }: SourceName): string {
  return [cluster, kind, namespace, name].join("/");
}
