import { parseQuantity } from "@catalyst/base/quantity";
import type { FieldFault } from "../../status.ts";
import { duplicate, forbidden, invalidValue, required, show, unsupported } from "../../validate/faults.ts";
import { dnsLabel, portName, portNumber } from "../../validate/names.ts";
import { at, each, type Fields, number, text } from "../fields.ts";
import { atLeast, oneOf } from "./checks.ts";

interface Context {
  readonly volumes: ReadonlySet<string>;
}

/** Everything wrong with one container. Source: Kubernetes' core validation. */
export function validateContainer(container: Fields, path: string, context: Context): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const name = text(container, "name");
  if (name === "") faults.push(required(`${path}.name`));
  else faults.push(...dnsLabel(name).map((fault) => invalidValue(`${path}.name`, name, fault)));
  const image = text(container, "image");
  if (image === "") faults.push(required(`${path}.image`));
  else if (image !== image.trim()) {
    faults.push(invalidValue(`${path}.image`, image, "must not have leading or trailing whitespace"));
  }
  faults.push(...validatePorts(each(container, "ports"), `${path}.ports`));
  faults.push(...validateEnv(each(container, "env"), `${path}.env`));
  faults.push(...validateMounts(each(container, "volumeMounts"), `${path}.volumeMounts`, context));
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    if (container[probe] !== undefined)
      faults.push(...validateProbe(at(container, probe), `${path}.${probe}`));
  }
  faults.push(...oneOf(container, "imagePullPolicy", ["Always", "IfNotPresent", "Never"], path));
  faults.push(...oneOf(container, "terminationMessagePolicy", ["File", "FallbackToLogsOnError"], path));
  faults.push(...validateResources(at(container, "resources"), `${path}.resources`));
  return faults;
}

const protocols = ["SCTP", "TCP", "UDP"];

function validatePorts(ports: readonly Fields[], path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const place = `${path}[${index}]`;
    const name = text(port, "name");
    if (name !== "") {
      faults.push(...portName(name).map((fault) => invalidValue(`${place}.name`, name, fault)));
      if (names.has(name)) faults.push(duplicate(`${place}.name`, name));
      names.add(name);
    }
    const value = number(port, "containerPort") ?? 0;
    if (value === 0) faults.push(required(`${place}.containerPort`));
    else
      faults.push(...portNumber(value).map((fault) => invalidValue(`${place}.containerPort`, value, fault)));
    const host = number(port, "hostPort") ?? 0;
    if (host !== 0) {
      faults.push(...portNumber(host).map((fault) => invalidValue(`${place}.hostPort`, host, fault)));
    }
    faults.push(...oneOf(port, "protocol", protocols, place));
  });
  return faults;
}

function validateEnv(variables: readonly Fields[], path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  variables.forEach((variable, index) => {
    const place = `${path}[${index}]`;
    const name = text(variable, "name");
    if (name === "") faults.push(required(`${place}.name`));
    else if (!/^[\x20-\x3c\x3e-\x7e]+$/.test(name)) {
      faults.push(
        invalidValue(
          `${place}.name`,
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    }
    if (variable["valueFrom"] === undefined) return;
    const sources = Object.keys(at(variable, "valueFrom")).length;
    const from = `${place}.valueFrom`;
    if (sources === 0)
      faults.push(
        invalidValue(
          from,
          "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
        ),
      );
    else if (text(variable, "value") !== "") {
      faults.push(invalidValue(from, "", "may not be specified when `value` is not empty"));
    } else if (sources > 1)
      faults.push(invalidValue(from, "", "may not have more than one field specified at a time"));
    for (const reference of ["configMapKeyRef", "secretKeyRef"]) {
      const body = at(variable, "valueFrom", reference);
      if (at(variable, "valueFrom")[reference] === undefined) continue;
      if (text(body, "key") === "") faults.push(required(`${from}.${reference}.key`));
    }
  });
  return faults;
}

function validateMounts(
  mounts: readonly Fields[],
  path: string,
  { volumes }: Context,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const seen = new Set<string>();
  mounts.forEach((mount, index) => {
    const place = `${path}[${index}]`;
    const name = text(mount, "name");
    if (name === "") faults.push(required(`${place}.name`));
    if (!volumes.has(name)) {
      faults.push({
        reason: "FieldValueNotFound",
        message: `Not found: ${show(name)}`,
        field: `${place}.name`,
      });
    }
    const target = text(mount, "mountPath");
    if (target === "") faults.push(required(`${place}.mountPath`));
    else if (seen.has(target)) faults.push(invalidValue(`${place}.mountPath`, target, "must be unique"));
    seen.add(target);
    if (text(mount, "subPath").split("/").includes("..")) {
      faults.push(invalidValue(`${place}.subPath`, text(mount, "subPath"), "must not contain '..'"));
    }
  });
  return faults;
}

const handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

function validateProbe(probe: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  if (given.length === 0) faults.push(required(path, "must specify a handler type"));
  for (const extra of given.slice(1)) {
    faults.push(forbidden(`${path}.${extra}`, "may not specify more than 1 handler type"));
  }
  for (const handler of ["httpGet", "tcpSocket"]) {
    const port = at(probe, handler)["port"];
    if (typeof port === "number") {
      faults.push(...portNumber(port).map((fault) => invalidValue(`${path}.${handler}.port`, port, fault)));
    }
  }
  for (const field of [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ]) {
    faults.push(...atLeast(probe, field, 0, path));
  }
  const isReadiness = path.endsWith("readinessProbe");
  if (!isReadiness && probe["successThreshold"] !== undefined && probe["successThreshold"] !== 1) {
    faults.push(invalidValue(`${path}.successThreshold`, probe["successThreshold"], "must be 1"));
  }
  return faults;
}

/** Requests may not be above limits, and neither below zero. */
export function validateResources(resources: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const limits = at(resources, "limits");
  for (const [name, value] of Object.entries(limits)) {
    if (nanos(value) < 0n)
      faults.push(invalidValue(`${path}.limits[${name}]`, value, "must be greater than or equal to 0"));
  }
  for (const [name, value] of Object.entries(at(resources, "requests"))) {
    if (nanos(value) < 0n) {
      faults.push(invalidValue(`${path}.requests[${name}]`, value, "must be greater than or equal to 0"));
    }
    const limit = limits[name];
    if (limit !== undefined && nanos(value) > nanos(limit)) {
      faults.push(
        invalidValue(
          `${path}.requests`,
          value,
          `must be less than or equal to ${name} limit of ${String(limit)}`,
        ),
      );
    }
  }
  return faults;
}

function nanos(value: unknown): bigint {
  return (typeof value === "string" ? parseQuantity(value)?.nanos : undefined) ?? 0n;
}

/** Used where a protocol is stated outside of a container. */
export function validateProtocol(port: Fields, path: string): readonly FieldFault[] {
  const protocol = text(port, "protocol");
  return protocols.includes(protocol) ? [] : [unsupported(`${path}.protocol`, protocol, protocols)];
}
