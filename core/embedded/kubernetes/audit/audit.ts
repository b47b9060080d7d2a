import type { Clock } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Request, Response } from "@catalyst/ports/transport";
import type { Attributes } from "../access/attributes.ts";
import { unidentified, userInfo } from "../access/user.ts";
import type { AuditEvent, AuditObjectReference, AuditStage } from "./event.ts";
import { type AuditPolicy, type AuditVerdict, auditVerdict } from "./policy.ts";

export interface AuditOptions {
  readonly policy: AuditPolicy;
  /** Takes an event of a cluster; it must neither throw nor make a request wait. */
  write(cluster: ClusterName, event: AuditEvent): void;
}

/** Header by which a request and its audit events are found from each other. */
export const auditHeader = "audit-id";

/** The id of a request: the one it brings, else a new one. */
export function auditIdOf(request: Request, uid: () => string): string {
  const given = request.headers[auditHeader];
  return given === undefined || given === "" ? uid() : given.slice(0, 64);
}

/** What a request came with, as audit tells it. */
export interface Audited {
  readonly id: string;
  readonly cluster: ClusterName;
  readonly request: Request;
  readonly attributes: Attributes;
}

/** Tells of requests what the policy wants told. */
export class Auditor {
  readonly #options: AuditOptions | undefined;
  readonly #clock: Clock;

  constructor(options: AuditOptions | undefined, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Begins the account of a request; undefined when nothing is told of it. */
  begin(audited: Audited): AuditRecord | undefined {
    const record = this.#record(audited);
    record?.received();
    return record;
  }

  /** Tells of a request that was refused since its credential was wrong: once, when it is answered, as upstream. */
  refused(audited: Audited, response: Response): void {
    this.#record(audited)?.refused(response);
  }

  #record(audited: Audited): AuditRecord | undefined {
    if (this.#options === undefined) return undefined;
    const verdict = auditVerdict(this.#options.policy, audited.attributes);
    if (verdict.level === "None") return undefined;
    return new AuditRecord(audited, verdict, this.#clock, this.#options);
  }
}

/** Largest event written (characters); a larger one is written without its bodies, as upstream's log does. */
const eventLimit = 100 * 1024;

const patchAnnotation = "patch.webhook.admission.k8s.io/";

/** The account of one request, from its coming to the end of its answer. */
export class AuditRecord {
  readonly #audited: Audited;
  readonly #verdict: AuditVerdict;
  readonly #clock: Clock;
  readonly #options: AuditOptions;
  readonly #received: string;
  /** What authorization and admission want to be told of the request, by key. */
  readonly annotations = new Map<string, string>();
  #actingAs: Pick<AuditEvent, "impersonatedUser"> = {};
  #bodies: Pick<AuditEvent, "requestObject" | "responseObject"> = {};
  #found: AuditObjectReference = {};

  constructor(audited: Audited, verdict: AuditVerdict, clock: Clock, options: AuditOptions) {
    this.#audited = audited;
    this.#verdict = verdict;
    this.#clock = clock;
    this.#options = options;
    this.#received = microTime(clock.now());
  }

  received(): void {
    this.#write("RequestReceived", undefined);
  }

  refused(response: Response): void {
    this.#answeredWith(response);
    this.#write("ResponseStarted", statusOf(response));
  }

  /** Says as whom the request is done. */
  actsAs({ user }: Attributes): void {
    if (user !== this.#audited.attributes.user) this.#actingAs = { impersonatedUser: userInfo(user) };
  }

  decided({ allowed, reason }: { readonly allowed: boolean; readonly reason: string }): void {
    this.annotations.set("authorization.k8s.io/decision", allowed ? "allow" : "forbid");
    this.annotations.set("authorization.k8s.io/reason", reason);
  }

  /** Takes the body of the request as it was read. */
  requested(body: unknown): void {
    const { level } = this.#verdict;
    if (level === "Request" || level === "RequestResponse") this.#bodies = { requestObject: body };
    const metadata = isObject(body) && isObject(body["metadata"]) ? body["metadata"] : {};
    const { name, uid, resourceVersion } = metadata as AuditObjectReference;
    this.#found = {
      ...(name ? { name } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
    };
  }

  /** Takes the answer, and gives it so that its end is told; `isLong`: it goes on for as long as somebody reads. */
  answered(response: Response, isLong: boolean): Response {
    this.#answeredWith(response);
    const status = statusOf(response);
    const stream = response.items ?? (response.body instanceof Uint8Array ? undefined : response.body);
    if (!isLong || stream === undefined) {
      this.#write("ResponseComplete", status);
      return response;
    }
    this.#write("ResponseStarted", status);
    const told = this.#untilEnd(stream, status);
    return response.items === undefined
      ? { ...response, body: told as AsyncIterable<Uint8Array> }
      : { ...response, items: told };
  }

  #answeredWith({ json }: Response): void {
    if (this.#verdict.level !== "RequestResponse" || json === undefined) return;
    this.#bodies = { ...this.#bodies, responseObject: json };
  }

  async *#untilEnd<T>(stream: AsyncIterable<T>, status: AuditEvent["responseStatus"]): AsyncIterable<T> {
    try {
      yield* stream;
    } finally {
      this.#write("ResponseComplete", status);
    }
  }

  /** What webhooks change of an object is part of it: it is told where bodies are (security case 25). */
  #told(level: string): Pick<AuditEvent, "annotations"> {
    const hasBodies = level === "Request" || level === "RequestResponse";
    const told = [...this.annotations].filter(([key]) => hasBodies || !key.startsWith(patchAnnotation));
    return told.length === 0 ? {} : { annotations: Object.fromEntries(told) };
  }

  #write(stage: AuditStage, responseStatus: AuditEvent["responseStatus"]): void {
    const { level, omitted } = this.#verdict;
    if (omitted.includes(stage)) return;
    const { id, cluster, request, attributes } = this.#audited;
    const userAgent = request.headers["user-agent"];
    const reference = referenceOf(attributes);
    const event: AuditEvent = {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level,
      auditID: id,
      stage,
      requestURI: request.path,
      verb: attributes.verb,
      user: attributes.user === unidentified ? {} : userInfo(attributes.user),
      ...this.#actingAs,
      ...(request.remoteAddress === undefined ? {} : { sourceIPs: [request.remoteAddress] }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(reference === undefined ? {} : { objectRef: { ...this.#found, ...reference } }),
      ...(responseStatus === undefined ? {} : { responseStatus }),
      ...this.#bodies,
      requestReceivedTimestamp: this.#received,
      stageTimestamp: microTime(this.#clock.now()),
      ...this.#told(level),
    };
    this.#options.write(cluster, bounded(event));
  }
}

function bounded(event: AuditEvent): AuditEvent {
  const { requestObject, responseObject, ...rest } = event;
  if (requestObject === undefined && responseObject === undefined) return event;
  if (JSON.stringify(event).length <= eventLimit) return event;
  return { ...rest, annotations: { ...event.annotations, "audit.k8s.io/truncated": "true" } };
}

function referenceOf(attributes: Attributes): AuditObjectReference | undefined {
  if ("path" in attributes) return undefined;
  const { resource, namespace, name, group, version, subresource } = attributes;
  return {
    resource,
    ...(namespace === "" ? {} : { namespace }),
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { apiGroup: group }),
    ...(version === undefined ? {} : { apiVersion: version }),
    ...(subresource === "" ? {} : { subresource }),
  };
}

/** A refusal's Status without what only repeats, or the code alone. */
function statusOf({ status, json }: Response): NonNullable<AuditEvent["responseStatus"]> {
  if (status < 400 || !isObject(json) || json["kind"] !== "Status") return { metadata: {}, code: status };
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = json;
  return rest;
}

function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
