import type { Operation } from "@catalyst/model/operation";
import { environments } from "@catalyst/ports/kubernetes";
import {
  applicationView,
  environmentView,
  isSystemApplied,
  objectOf,
  organizationView,
  type Projection,
  type ScopeState,
  systemProblem,
} from "@catalyst/projector";
import type { OperationRecord } from "./operations.ts";

/** Says where an operation stands, from what everyone sees. */
export function operationView(record: OperationRecord, projection: Projection): Operation {
  const { environment, application } = record;
  if (environment === undefined || application === undefined)
    return systemOperationView(record, projection.sovereign, projection);
  const state = projection.scope(environment);
  const view = applicationView(state, environment, application);
  if (record.kind === "remove")
    return view === undefined && isProjected(state, record)
      ? succeeded(record, `${application} is gone.`)
      : running(record, view?.why?.sentence ?? `${application} is being removed.`);
  if (view === undefined) return running(record, "The commit is made; Flux is about to apply it.");
  if (!isProjected(state, record)) return running(record, "The commit is on its way.");
  if (view.phase === "Failed")
    return { ...record, status: "failed", message: view.why?.sentence ?? "It failed." };
  const done = view.phase === "Running" || view.phase === "Paused";
  return done && appliedAt(view)
    ? succeeded(record, `${application} is ${view.phase}.`)
    : running(record, view.why?.sentence ?? `${application} is ${view.phase}.`);
}

/** An operation on the system repository ends when what it is about is ready, or gone. */
function systemOperationView(
  record: OperationRecord,
  sovereign: ScopeState,
  projection: Projection,
): Operation {
  if (!isProjected(sovereign, record)) return running(record, "The commit is on its way.");
  if (record.commit !== undefined && !isSystemApplied(sovereign, record.commit)) {
    const problem = systemProblem(sovereign);
    if (problem === undefined) return running(record, "The commit is made; Flux is about to apply it.");
    return running(record, `The commit is made, and Flux can't apply it: ${problem}`);
  }
  const subject = subjectOf(record, sovereign, projection);
  if (record.kind.startsWith("remove-") && record.kind !== "remove-member") {
    if (subject.view === undefined) return succeeded(record, `${subject.name} is gone.`);
    return running(record, `${subject.name} is being removed.`);
  }
  // what was taken away since had been made
  if (subject.view === undefined) return succeeded(record, "The commit is applied.");
  if (subject.view.ready) return succeeded(record, `${subject.name} is ready.`);
  return running(record, subject.view.message ?? `${subject.name} is being set up.`);
}

interface Subject {
  readonly name: string;
  readonly view: { readonly ready: boolean; readonly message?: string } | undefined;
}

function subjectOf(
  { organization, environment }: OperationRecord,
  sovereign: ScopeState,
  projection: Projection,
): Subject {
  if (environment === undefined)
    return { name: `Organization ${organization}`, view: organizationView(sovereign, organization) };
  const object = objectOf(sovereign, environments, organization, environment);
  const view = object === undefined ? undefined : environmentView(projection.scope(environment), object);
  return { name: `Environment ${environment}`, view };
}

function isProjected(state: ScopeState, { commit }: OperationRecord): boolean {
  return commit === undefined || state.commits.has(commit);
}

/** The pinned digest is the one that runs. */
function appliedAt(view: {
  readonly blueprint: { readonly digest: string };
  readonly applied?: { readonly digest: string } | undefined;
}): boolean {
  return (
    view.applied === undefined || view.applied.digest === "" || view.applied.digest === view.blueprint.digest
  );
}

function running(record: OperationRecord, message: string): Operation {
  return { ...record, status: "running", message };
}

function succeeded(record: OperationRecord, message: string): Operation {
  return { ...record, status: "succeeded", message };
}
