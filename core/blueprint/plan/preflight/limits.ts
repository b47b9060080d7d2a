import { parseQuantity, printQuantity } from "@catalyst/base/quantity";
import type { KubeObject, LimitRange, ResourceQuota } from "@catalyst/ports/kubernetes";
import type { Check, Finding, PlannedRelease } from "./check.ts";
import { amountOf, demandOf, podsOf, sideOf } from "./demand.ts";

/** What a namespace doesn't allow, its Pods aren't made for: the release would wait for ever. */
export const checkLimits: Check = async ({ environment, releases, live }) => {
  const working = releases.filter(({ objects }) => podsOf(objects).length > 0);
  if (working.length === 0) return [];
  const [quotas = [], ranges = []] = await Promise.all([
    live.quotas(environment),
    live.limitRanges(environment),
  ]);
  return working.flatMap((release) => {
    const own = ranges.filter(({ metadata }) => metadata.namespace === release.application);
    return [
      ...quotas
        .filter(({ metadata }) => metadata.namespace === release.application)
        .flatMap((quota) => quotaFindings(release, quota, own)),
      ...(own.length === 0 ? [] : rangeFindings(release, own)),
    ];
  });
};

function quotaFindings(
  { application, objects }: PlannedRelease,
  quota: ResourceQuota,
  ranges: readonly LimitRange[],
): readonly Finding[] {
  const name = `quota ${quota.metadata.name}`;
  const finding = (status: "ok" | "warning" | "failed", message: string): Finding => ({
    application,
    code: "quota-exceeded",
    check: { name, status, message },
  });
  const { hard = {}, scopes, scopeSelector } = quota.spec ?? {};
  if ((scopes ?? []).length > 0 || scopeSelector !== undefined)
    return [finding("warning", "It is for some Pods only, which isn't computed beforehand.")];
  const uncounted = Object.keys(hard).filter((resource) => demandOf(objects, resource, ranges) === undefined);
  const findings = Object.entries(hard).flatMap(([resource, most]) => {
    const wanted = demandOf(objects, resource, ranges);
    const limit = parseQuantity(String(most));
    if (wanted === undefined || limit === undefined) return [];
    const nameless = withoutAmount(objects, resource, ranges);
    if (nameless !== undefined)
      return [finding("failed", `${nameless} names no ${resource}, which the quota asks for.`)];
    const asked = printQuantity({ nanos: wanted, format: limit.format });
    if (wanted <= limit.nanos) return [];
    return [finding("failed", `${application} needs ${asked} of ${resource}, and ${most} are allowed.`)];
  });
  if (uncounted.length > 0)
    findings.push(finding("warning", `${uncounted.join(", ")} can't be computed beforehand.`));
  return findings.length > 0 ? findings : [finding("ok", `${application} stays within it.`)];
}

/** Under a quota of cpu or memory every container must name its amount. */
function withoutAmount(
  objects: readonly KubeObject[],
  resource: string,
  ranges: readonly LimitRange[],
): string | undefined {
  const [side, of] = sideOf(resource);
  if (of !== "cpu" && of !== "memory") return undefined;
  for (const { workload, pod } of podsOf(objects))
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])])
      if (amountOf(container, side, of, ranges) === undefined)
        return `container ${container.name} of ${workload}`;
  return undefined;
}

function rangeFindings(
  { application, objects }: PlannedRelease,
  ranges: readonly LimitRange[],
): readonly Finding[] {
  const name = "limits of the namespace";
  const findings = ranges
    .flatMap(({ spec }) => spec?.limits ?? [])
    .filter(({ type }) => type === "Container")
    .flatMap((item) =>
      podsOf(objects).flatMap(({ workload, pod }) =>
        [...pod.containers, ...(pod.initContainers ?? [])].flatMap((container): Finding[] => {
          const outside = outsideOf(item, (side, resource) => amountOf(container, side, resource, ranges));
          return outside === undefined
            ? []
            : [
                {
                  application,
                  code: "limit-range-violated",
                  check: {
                    name,
                    status: "failed",
                    message: `Container ${container.name} of ${workload} ${outside}.`,
                  },
                },
              ];
        }),
      ),
    );
  if (findings.length > 0) return findings;
  const message = `${application} stays within them.`;
  return [{ application, code: "limit-range-violated", check: { name, status: "ok", message } }];
}

type RangeItem = NonNullable<NonNullable<LimitRange["spec"]>["limits"]>[number];

function outsideOf(
  { min = {}, max = {} }: RangeItem,
  amount: (side: "requests" | "limits", resource: string) => bigint | undefined,
): string | undefined {
  for (const [resource, least] of Object.entries(min)) {
    const given = amount("requests", resource);
    const bound = parseQuantity(String(least))?.nanos;
    if (bound !== undefined && (given === undefined || given < bound))
      return `asks for less ${resource} than ${least}`;
  }
  for (const [resource, most] of Object.entries(max)) {
    const given = amount("limits", resource);
    const bound = parseQuantity(String(most))?.nanos;
    if (bound !== undefined && (given === undefined || given > bound))
      return `may take more ${resource} than ${most}`;
  }
  return undefined;
}
