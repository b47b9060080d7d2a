import { CatalystError } from "@catalyst/base/errors";

/** One fault of an object, as `Status.details.causes` lists it. */
export interface FieldFault {
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldValueForbidden`, `FieldManagerConflict` … */
  readonly reason: string;
  /** Without the field: `Required value`, `Invalid value: "x": must be …`. */
  readonly message: string;
  readonly field: string;
}

/** A cause of a refusal; most are the fault of a field. */
export type StatusCause = Pick<FieldFault, "message"> & Partial<FieldFault>;

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** What a refusal gives its reader to go on with. */
export interface StatusMetadata {
  /** The token that goes on with a list from what is there now. */
  readonly continue?: string;
}

/** A refusal that the API answers as a `Status` object. `status` is the HTTP status, `reason` upstream's. */
export class StatusError extends CatalystError {
  readonly status: number;
  readonly reason: string;
  readonly statusDetails: StatusDetails | undefined;
  readonly metadata: StatusMetadata;

  constructor(
    status: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: StatusMetadata = {},
  ) {
    super(`kubernetes-status-${status}`, message, { details: { reason } });
    this.name = "StatusError";
    this.status = status;
    this.reason = reason;
    this.statusDetails = details;
    this.metadata = metadata;
  }

  /** The body of the answer: `kind: Status` of meta/v1. */
  toStatus(): Record<string, unknown> {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.metadata,
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.statusDetails === undefined ? {} : { details: printed(this.statusDetails) }),
      code: this.status,
    };
  }
}

/** What a cause doesn't say isn't printed. */
function printed({ causes, ...details }: StatusDetails): Record<string, unknown> {
  if (causes === undefined) return details;
  const said = causes.map((cause) =>
    Object.fromEntries(Object.entries(cause).filter(([, text]) => text !== "")),
  );
  return { ...details, causes: said };
}

interface Named {
  readonly group: string;
  readonly kind: string;
}

/** 400: the body can't be read as what it should be. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 422: the object was read and breaks rules. Prints all faults as upstream does. */
export function invalid(kind: Named, name: string, faults: readonly FieldFault[]): StatusError {
  const texts = [...new Set(faults.map((fault) => `${fault.field}: ${fault.message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const type = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  return new StatusError(422, "Invalid", `${type} ${JSON.stringify(name)} is invalid: ${list}`, {
    ...(name === "" ? {} : { name }),
    ...(kind.group === "" ? {} : { group: kind.group }),
    ...(kind.kind === "" ? {} : { kind: kind.kind }),
    causes: faults,
  });
}

/** 409 of server-side apply: other managers own fields the applied object wants different. */
export function applyConflict(faults: readonly FieldFault[], message: string): StatusError {
  return new StatusError(409, "Conflict", message, { causes: faults });
}
