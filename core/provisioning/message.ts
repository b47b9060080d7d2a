import type { Plan, PlannedApplication } from "@catalyst/model/plan";

/** Writes the commit message of a plan: what happens, in the imperative. */
export function commitMessage(plan: Plan): string {
  const asked = plan.applications.filter(
    (application) => application.requestedBy === undefined || application.action !== "add",
  );
  const lines = (asked.length > 0 ? asked : plan.applications).map(sentence);
  const along = plan.applications.filter((application) => !asked.includes(application));
  const [subject, ...rest] = lines;
  const body = [
    ...rest,
    ...along.map((application) => `${sentence(application)} for ${application.requestedBy}`),
  ];
  return body.length === 0 ? `${subject}\n` : `${subject}\n\n${body.join("\n")}\n`;
}

function sentence({ name, action, blueprint, previous, fields }: PlannedApplication): string {
  if (action === "add") return `Install ${blueprint?.name} ${blueprint?.version} as ${name}`;
  if (action === "remove") return `Remove ${name}`;
  if (blueprint !== undefined && previous !== undefined && blueprint.version !== previous.version) {
    return `Move ${name} from ${blueprint.name} ${previous.version} to ${blueprint.version}`;
  }
  if (fields.length === 1 && fields[0]?.field === "spec.suspended")
    return fields[0].after === true ? `Pause ${name}` : `Resume ${name}`;
  return `Change ${name}: ${fields.map((field) => field.field.replace(/^spec\./, "")).join(", ")}`;
}
