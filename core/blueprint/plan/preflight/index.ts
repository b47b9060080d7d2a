import type { Check, Finding, PreflightFacts } from "./check.ts";
import { checkHosts } from "./hosts.ts";
import { checkLimits } from "./limits.ts";
import { checkStorage } from "./storage.ts";

export type { Finding, PlannedRelease, PreflightFacts } from "./check.ts";
export type { LiveState, PlacedIngress } from "./live.ts";

const checks: readonly Check[] = [checkHosts, checkStorage, checkLimits];

/**
 * Looks, before anything is committed, at what would go wrong in the cluster as it is now. What is wrong already
 * is a warning: a change that doesn't make it worse must be possible.
 */
export async function preflight(facts: PreflightFacts): Promise<readonly Finding[]> {
  const findings = await run(facts);
  if (!findings.some(isFailed)) return findings;
  const releases = facts.releases.map((release) => ({ ...release, objects: release.previous }));
  const standing = new Set((await run({ ...facts, releases })).filter(isFailed).map(textOf));
  return findings.map((finding) =>
    isFailed(finding) && standing.has(textOf(finding))
      ? { ...finding, check: { ...finding.check, status: "warning" } }
      : finding,
  );
}

async function run(facts: PreflightFacts): Promise<readonly Finding[]> {
  return (await Promise.all(checks.map((check) => check(facts)))).flat();
}

function isFailed({ check }: Finding): boolean {
  return check.status === "failed";
}

function textOf({ check }: Finding): string {
  return `${check.name}: ${check.message}`;
}
