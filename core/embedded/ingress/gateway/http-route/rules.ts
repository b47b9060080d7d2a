import { parseDuration } from "@catalyst/base/duration";
import { errorMessage, isCatalystError } from "@catalyst/base/errors";
import type {
  HttpBackendReference,
  HttpRoute,
  HttpRouteMatch,
  HttpRouteRule,
} from "@catalyst/ports/kubernetes";
import { wholeExpression } from "../../routing/match.ts";
import {
  type Match,
  type Rule,
  sourceOf,
  type ValueMatch,
  type WeightedBackend,
} from "../../routing/rule.ts";
import type { Attached } from "./attach.ts";
import type { BackendResolver } from "./backends.ts";
import { actionsOf } from "./filters.ts";

/** A route that asks for something nothing here does: none of it is served. */
export class UnsupportedRoute extends Error {}

/** What a route says about requests, wherever it is attached. */
export type RulePart = Omit<Rule, "hosts" | "scheme" | "certificates">;

/** The parts of a route's rules that don't depend on listeners: one for each match. Throws UnsupportedRoute. */
export function rulePartsOf(route: HttpRoute, resolver: BackendResolver): readonly RulePart[] {
  return (route.spec.rules ?? []).flatMap((rule) => {
    const shared = {
      source: sourceOf(route),
      isFallback: false,
      actions: supported(rule.filters ?? [], resolver),
      backends: (rule.backendRefs ?? []).map((reference) => backendOf(reference, resolver)),
      timeout: timeoutOf(rule),
    };
    const matches = rule.matches === undefined || rule.matches.length === 0 ? [{}] : rule.matches;
    return matches.map((match) => ({ ...shared, match: matchOf(match) }));
  });
}

/** Puts rules at the listeners that a route is attached to and that are served. */
export function rulesAt(parts: readonly RulePart[], attached: readonly Attached[]): readonly Rule[] {
  return attached
    .filter(({ listener }) => listener.isProgrammed)
    .flatMap(({ listener: { scheme, certificates }, hosts }) =>
      parts.map((part) => ({ ...part, hosts, scheme, certificates })),
    );
}

function supported(filters: NonNullable<HttpRouteRule["filters"]>, resolver: BackendResolver) {
  const actions = actionsOf(filters, (reference) => resolver.resolve(reference));
  if ("unsupported" in actions) throw new UnsupportedRoute(actions.unsupported);
  return actions;
}

function backendOf(reference: HttpBackendReference, resolver: BackendResolver): WeightedBackend {
  const actions = supported(reference.filters ?? [], resolver);
  const { redirect, rewriteHost, rewritePath, cors, mirrors } = actions;
  if (redirect ?? rewriteHost ?? rewritePath ?? cors ?? mirrors[0])
    throw new UnsupportedRoute("Filters of a backend can only change headers here.");
  return { backend: resolver.resolve(reference), weight: reference.weight ?? 1, actions };
}

function matchOf({ path, headers = [], queryParams = [], method }: HttpRouteMatch): Match {
  const { type = "PathPrefix", value = "/" } = path ?? {};
  if (type === "RegularExpression") checkExpression(value);
  // A name that comes again doesn't count (Gateway API, `HTTPHeaderMatch.Name`).
  const once = (all: readonly ValueMatch[]) =>
    all.filter((each, index) => all.findIndex(({ name }) => name === each.name) === index);
  return {
    path: { type: type === "PathPrefix" ? "Prefix" : type, value },
    method,
    headers: once(headers.map((each) => valueMatchOf({ ...each, name: each.name.toLowerCase() }))),
    query: once(queryParams.map(valueMatchOf)),
  };
}

function valueMatchOf({
  type = "Exact",
  name,
  value,
}: {
  type?: ValueMatch["type"];
  name: string;
  value: string;
}) {
  if (type === "RegularExpression") checkExpression(value);
  return { type, name, value };
}

function checkExpression(expression: string): void {
  try {
    wholeExpression(expression);
  } catch (error) {
    if (!isCatalystError(error, "regexp-invalid")) throw error;
    throw new UnsupportedRoute(errorMessage(error));
  }
}

/** The shorter of both; `0s` means no limit. A retry isn't made here, so both are about the one request. */
function timeoutOf({ timeouts }: HttpRouteRule): number | undefined {
  const limits = [timeouts?.request, timeouts?.backendRequest]
    .map((text) => (text === undefined ? 0 : parseDuration(text)))
    .filter((limit) => limit > 0);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
