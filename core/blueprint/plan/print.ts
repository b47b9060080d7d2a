import type { Plan, PlanAction } from "@catalyst/model/plan";
import { printProblem } from "@catalyst/model/problem";

const signs: Readonly<Record<PlanAction, string>> = { add: "+", change: "~", remove: "-" };

/** Most objects listed one by one in a message. */
const objectLimit = 20;

/** Prints a plan for a person at a terminal: what happens, or everything that is wrong. */
export function printPlan(plan: Plan): string[] {
  if (plan.problems.length > 0) {
    const count = plan.problems.length === 1 ? "1 problem" : `${plan.problems.length} problems`;
    return [
      `${plan.environment}: ${count}, nothing was changed`,
      ...plan.problems.map((problem) => `  ${printProblem(problem)}`),
    ];
  }
  if (plan.policy.verdict === "refused")
    return [`${plan.environment}: its policy refuses this, nothing was changed`, ...policyLines(plan)];
  const remarks = [...warningLines(plan), ...policyLines(plan)];
  if (plan.applications.length === 0) return [`${plan.environment}: no Application changes`, ...remarks];
  const lines = [`Plan for ${plan.environment}`];
  for (const application of plan.applications)
    lines.push(`  ${signs[application.action]} ${application.name}  ${versions(application)}`);
  for (const dependency of plan.dependencies) {
    const how = dependency.created ? "created along" : "exists already";
    lines.push(
      `    ${dependency.application} uses ${dependency.provider} as "${dependency.alias}" (${how}): ${dependency.reason}`,
    );
  }
  lines.push(...objectLines(plan));
  lines.push(...preflightLines(plan), ...remarks);
  return lines;
}

const marks: Readonly<Record<string, string>> = { ok: "✓", warning: "!", failed: "✗" };

function preflightLines({ preflight }: Plan): string[] {
  return preflight.map(({ name, status, message }) => `  ${marks[status] ?? "?"} ${name}: ${message}`);
}

function warningLines({ warnings }: Plan): string[] {
  return warnings.map((warning) => `  ! ${warning}`);
}

function policyLines({ policy }: Plan): string[] {
  return policy.rules.map(({ rule, satisfied, message }) => `  ${satisfied ? "✓" : "✗"} ${rule}: ${message}`);
}

function versions({ blueprint, previous, requestedBy }: Plan["applications"][number]): string {
  const along = requestedBy === undefined ? "" : ` for ${requestedBy}`;
  if (blueprint === undefined) return `${previous?.name} ${previous?.version} is removed`;
  if (previous === undefined || previous.version === blueprint.version)
    return `${blueprint.name} ${blueprint.version}${along}`;
  return `${blueprint.name} ${previous.version} → ${blueprint.version}${along}`;
}

function objectLines(plan: Plan): string[] {
  const count = (action: PlanAction) => plan.objects.filter((object) => object.action === action).length;
  const lines = [
    `  objects: ${count("add")} to add, ${count("change")} to change, ${count("remove")} to remove`,
  ];
  for (const object of plan.objects.slice(0, objectLimit)) {
    const where = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
    lines.push(`    ${signs[object.action]} ${object.kind} ${where}`);
  }
  if (plan.objects.length > objectLimit) lines.push(`    … and ${plan.objects.length - objectLimit} more`);
  return lines;
}
