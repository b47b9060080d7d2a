import {
  type BackendReference,
  type ClusterName,
  gatewayGroup,
  type HttpRoute,
  type Service,
  services,
} from "@catalyst/ports/kubernetes";
import type { ConditionContent, ObjectCache } from "@catalyst/reconciler";
import type { Backend } from "../../routing/rule.ts";
import { fails, holds } from "../condition.ts";
import { grantsOf } from "../reference-grants.ts";

/** Follows a route's references to Services, and keeps what is wrong with them. */
export class BackendResolver {
  readonly #cache: ObjectCache;
  readonly #cluster: ClusterName;
  readonly #namespace: string;
  readonly #problems: (readonly [string, string])[] = [];
  readonly #named = new Set<string>();

  constructor(cache: ObjectCache, cluster: ClusterName, route: HttpRoute) {
    this.#cache = cache;
    this.#cluster = cluster;
    this.#namespace = route.metadata.namespace ?? "default";
  }

  /** Gives a reference's Service port; what can't be followed answers 500 (Gateway API, `HTTPRouteRule.BackendRefs`). */
  resolve(reference: BackendReference): Backend {
    const { group = "", kind = "Service", namespace = this.#namespace, name, port } = reference;
    const problem = this.#problemOf(group, kind, namespace, name, port);
    if (problem === undefined) return { type: "service", namespace, name, port: port ?? 0 };
    this.#problems.push(problem);
    return { type: "invalid", status: 500, reason: problem[1] };
  }

  /** `namespace/name` of every Service that was asked for, found or not. */
  get services(): readonly string[] {
    return [...this.#named];
  }

  get condition(): ConditionContent {
    const [first] = this.#problems;
    return first === undefined ? holds("ResolvedRefs", "ResolvedRefs") : fails("ResolvedRefs", ...first);
  }

  #problemOf(
    group: string,
    kind: string,
    namespace: string,
    name: string,
    port: number | undefined,
  ): readonly [string, string] | undefined {
    if (group !== "" || kind !== "Service")
      return [
        "InvalidKind",
        `Only Services can be backends here, not ${group === "" ? kind : `${kind}.${group}`}.`,
      ];
    this.#named.add(`${namespace}/${name}`);
    const from = { group: gatewayGroup, kind: "HTTPRoute", namespace: this.#namespace };
    // Before anything of the other namespace is told.
    if (!grantsOf(this.#cache, this.#cluster)(from, { group, kind, namespace, name }))
      return [
        "RefNotPermitted",
        `No ReferenceGrant of ${namespace} lets HTTPRoutes of ${this.#namespace} use its Services.`,
      ];
    const service = this.#cache.get<Service>(this.#cluster, services, { namespace, name });
    if (service === undefined) return ["BackendNotFound", `The Service ${namespace}/${name} doesn't exist.`];
    const found = service.spec.ports?.find((each) => each.port === port);
    if (found === undefined)
      return ["BackendNotFound", `The Service ${namespace}/${name} has no port ${port}.`];
    return undefined;
  }
}
