import type { Clock } from "@catalyst/base/clock";
import { jsonEqual } from "@catalyst/base/json";
import type { HttpRoute, ParentReference, RouteParentStatus } from "@catalyst/ports/kubernetes";
import { type ConditionContent, mergeConditions } from "@catalyst/reconciler";
import { controllerName } from "../../names.ts";

/** What is said of a route at one of its parents. */
export interface ParentConditions {
  readonly parent: ParentReference;
  readonly conditions: readonly ConditionContent[];
}

/** A route's status: what other controllers said stays, what this one said of parents that are gone goes. */
export function httpRouteStatus(
  route: HttpRoute,
  parents: readonly ParentConditions[],
  clock: Clock,
): NonNullable<HttpRoute["status"]> {
  const before = route.status?.parents ?? [];
  const own = parents.map(({ parent, conditions }): RouteParentStatus => {
    const known = before.find(
      (each) => each.controllerName === controllerName && jsonEqual(each.parentRef, parent),
    );
    const kept = known?.conditions.filter(({ type }) => conditions.some((each) => each.type === type));
    return {
      parentRef: parent,
      controllerName,
      conditions: mergeConditions(kept, conditions, route.metadata.generation, clock),
    };
  });
  return { parents: [...before.filter((each) => each.controllerName !== controllerName), ...own] };
}
