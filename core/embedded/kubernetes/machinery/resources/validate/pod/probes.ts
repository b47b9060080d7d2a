import { headerName, portName, portNumber } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";

/** Checks a container's probes. */
export function checkProbes(container: Place): void {
  const liveness = container.at("livenessProbe");
  const readiness = container.at("readinessProbe");
  const startup = container.at("startupProbe");
  if (liveness.isSet) checkOnceProbe(liveness);
  if (readiness.isSet) {
    checkProbe(readiness);
    const grace = readiness.at("terminationGracePeriodSeconds");
    if (grace.isSet) grace.invalid("must not be set for readinessProbes");
  }
  if (startup.isSet) checkOnceProbe(startup);
}

/** A probe that has succeeded with its first success. */
function checkOnceProbe(probe: Place): void {
  checkProbe(probe);
  const threshold = probe.at("successThreshold");
  if (threshold.number !== 1) threshold.invalid("must be 1", threshold.number);
}

const counts = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
];

function checkProbe(probe: Place): void {
  checkHandler(probe, ["exec", "httpGet", "tcpSocket", "grpc"], undefined);
  for (const count of counts) probe.at(count).isAtLeast(0);
  const grace = probe.at("terminationGracePeriodSeconds");
  if (grace.isSet && grace.number <= 0) grace.invalid("must be greater than 0");
}

/** Checks what is done after a container's start and before its end; `gracePeriod` is the Pod's. */
export function checkLifecycle(lifecycle: Place, gracePeriod: number | undefined): void {
  for (const key of ["postStart", "preStop"]) {
    const hook = lifecycle.at(key);
    if (hook.isSet) checkHandler(hook, ["exec", "httpGet", "tcpSocket", "sleep"], gracePeriod);
  }
}

function checkHandler(owner: Place, kinds: readonly string[], gracePeriod: number | undefined): void {
  const given = kinds.filter((kind) => owner.at(kind).isSet);
  given.forEach((kind, index) => {
    if (index > 0) owner.at(kind).forbidden("may not specify more than 1 handler type");
    else checks[kind]?.(owner.at(kind), gracePeriod);
  });
  if (given.length === 0) owner.required("must specify a handler type");
}

const checks: Readonly<Record<string, (handler: Place, gracePeriod: number | undefined) => void>> = {
  exec: (handler) => {
    if (handler.at("command").size === 0) handler.at("command").required();
  },
  httpGet: checkHttpGet,
  tcpSocket: (handler) => checkPort(handler.at("port")),
  grpc: (handler) => checkPort(handler.at("port")),
  sleep: checkSleep,
};

function checkHttpGet(handler: Place): void {
  handler.at("path").isNeeded();
  checkPort(handler.at("port"));
  handler.at("scheme").isOneOf(["HTTP", "HTTPS"]);
  const headers = handler.at("httpHeaders");
  for (const header of headers.items()) {
    const name = header.at("name").text;
    for (const fault of headerName(name)) headers.invalid(fault, name);
  }
}

function checkSleep(handler: Place, gracePeriod: number | undefined): void {
  const { number } = handler.at("seconds");
  if (gracePeriod === undefined || (number >= 0 && number <= gracePeriod)) return;
  handler.invalid(
    `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`,
    number,
  );
}

/** Checks a port by its number, or by a container's name for it. */
export function checkPort(port: Place): void {
  if (typeof port.value === "string") port.follows(portName);
  else for (const fault of portNumber(port.number)) port.invalid(fault, port.number);
}
