import type { PodLogOptions } from "@catalyst/ports/kubernetes";
import { badRequest, type FieldFault, invalid } from "../machinery/index.ts";
import { forbidden, invalidValue } from "../machinery/validate/faults.ts";
import { flag } from "./query.ts";

/** Reads the options of a Pod's log from a query. Throws StatusError 400, 422, as upstream. */
export function readLogOptions(query: URLSearchParams, pod: string): PodLogOptions {
  const options = {
    follow: flag(query, "follow"),
    previous: flag(query, "previous"),
    timestamps: flag(query, "timestamps"),
    sinceSeconds: integer(query.get("sinceSeconds")),
    sinceTime: time(query.get("sinceTime")),
    tailLines: integer(query.get("tailLines")),
    limitBytes: integer(query.get("limitBytes")),
  };
  const faults = faultsOf(options, query.has("stream"));
  if (faults.length > 0) throw invalid({ group: "", kind: "PodLogOptions" }, pod, faults);
  return options;
}

function faultsOf(
  { sinceSeconds, sinceTime, tailLines, limitBytes }: PodLogOptions,
  hasStream: boolean,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (tailLines !== undefined && tailLines < 0)
    faults.push(invalidValue("tailLines", tailLines, "must be greater than or equal to 0"));
  if (limitBytes !== undefined && limitBytes < 1)
    faults.push(invalidValue("limitBytes", limitBytes, "must be greater than 0"));
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    faults.push(forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  else if (sinceSeconds !== undefined && sinceSeconds < 1)
    faults.push(invalidValue("sinceSeconds", sinceSeconds, "must be greater than 0"));
  // Upstream takes it behind a gate (PodLogsQuerySplitStreams) that is closed by default.
  if (hasStream) faults.push(forbidden("stream", "may not be specified"));
  return faults;
}

function integer(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function time(text: string | null): string | undefined {
  if (text === null || text === "") return undefined;
  if (rfc3339.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw badRequest(
    `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
  );
}
