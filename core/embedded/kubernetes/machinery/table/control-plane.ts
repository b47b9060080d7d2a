import { at, each, type Fields, number, text } from "../resources/fields.ts";
import { humanDuration } from "./age.ts";
import { type Cells, created, name, none } from "./cell.ts";

function conditionOf(object: Fields, type: string): Fields | undefined {
  return each(at(object, "status"), "conditions").find((condition) => condition["type"] === type);
}

function signingRequest(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const life = number(spec, "expirationSeconds");
  return [
    name(object),
    created(object, now),
    none(text(spec, "signerName")),
    text(spec, "username"),
    life === undefined ? "<none>" : humanDuration(life * 1000),
    requestState(object),
  ];
}

function requestState(object: Fields): string {
  const has = (type: string) => conditionOf(object, type) !== undefined;
  const judged = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  const issued = text(at(object, "status"), "certificate") !== "";
  return [judged, ...(has("Failed") ? ["Failed"] : []), ...(issued ? ["Issued"] : [])].join(",");
}

function flowSchema(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const dangling = conditionOf(object, "Dangling");
  return [
    name(object),
    text(at(spec, "priorityLevelConfiguration"), "name"),
    number(spec, "matchingPrecedence") ?? 0,
    spec["distinguisherMethod"] === undefined ? "<none>" : text(at(spec, "distinguisherMethod"), "type"),
    created(object, now),
    dangling === undefined ? "?" : text(dangling, "status"),
  ];
}

function priorityLevel(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const limited = at(spec, "limited");
  const queuing = at(limited, "limitResponse", "queuing");
  const cell = (value: unknown) => value ?? "<none>";
  return [
    name(object),
    text(spec, "type"),
    cell(limited["nominalConcurrencyShares"]),
    cell(queuing["queues"]),
    cell(queuing["handSize"]),
    cell(queuing["queueLengthLimit"]),
    created(object, now),
  ];
}

function apiService(object: Fields, now: number): readonly unknown[] {
  const { service } = at(object, "spec");
  const { namespace, name: serviceName } = at({ service }, "service");
  const condition = conditionOf(object, "Available");
  const status = condition === undefined ? "Unknown" : text(condition, "status");
  const reason = text(condition ?? {}, "reason");
  return [
    name(object),
    service === undefined ? "Local" : `${String(namespace)}/${String(serviceName)}`,
    status === "True" || reason === "" ? status : `${status} (${reason})`,
    created(object, now),
  ];
}

/** Kinds of the API server itself. Source: Kubernetes' printers, and kube-aggregator's. */
export const controlPlaneCells: Readonly<Record<string, Cells>> = {
  APIService: apiService,
  CertificateSigningRequest: signingRequest,
  FlowSchema: flowSchema,
  PriorityLevelConfiguration: priorityLevel,
  RuntimeClass: (object, now) => [name(object), text(object, "handler"), created(object, now)],
};
