import { parseQuantity, printQuantity } from "@catalyst/base/quantity";
import { builtinType } from "../../schema/builtin.ts";
import { at, each, ensure, type Fields, fill, text } from "../fields.ts";
import { aggregated } from "../pod-requests.ts";
import { isHugePages, isPodLevelResource } from "../validate/pod/resources.ts";

/** Defaults of a Pod itself; a Pod template gets only those of its spec. */
export function defaultPod(pod: Fields): void {
  const spec = ensure(pod, "spec");
  defaultPodSpec(spec);
  for (const container of [...each(spec, "containers"), ...each(spec, "initContainers")]) {
    defaultRequests(container);
    if (spec["hostNetwork"] !== true) continue;
    for (const port of each(container, "ports")) fill(port, "hostPort", port["containerPort"]);
  }
  defaultPodLevelResources(spec);
  fill(spec, "enableServiceLinks", true);
  const grace = spec["terminationGracePeriodSeconds"];
  if (typeof grace === "number" && grace < 0) spec["terminationGracePeriodSeconds"] = 1;
  defaultAddresses(at(pod, "status"));
}

/** The first address of several is also said alone; of two that say otherwise, the single one counts. */
function defaultAddresses(status: Fields): void {
  const ip = text(status, "podIP");
  const first = each(status, "podIPs")[0];
  if (ip !== "" && first?.["ip"] !== ip) status["podIPs"] = [{ ip }];
  else if (first !== undefined) status["podIP"] = first["ip"];
}

/** What a Pod as a whole says nothing of follows from its containers, and from its limits. */
function defaultPodLevelResources(spec: Fields): void {
  const resources = at(spec, "resources");
  const limits: Fields = { ...at(resources, "limits") };
  const requests: Fields = { ...at(resources, "requests") };
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return;
  for (const [name, amount] of aggregated(spec, "limits")) {
    if (isHugePages(name) && requests[name] === undefined) fill(limits, name, amount);
  }
  if (Object.keys(limits).length === 0) return;
  resources["limits"] = limits;
  for (const [name, amount] of aggregated(spec, "requests")) {
    if (name === "cpu" || name === "memory") fill(requests, name, amount);
  }
  for (const [name, amount] of Object.entries(limits))
    if (isPodLevelResource(name)) fill(requests, name, amount);
  if (Object.keys(requests).length > 0) resources["requests"] = requests;
}

/** What is limited is also requested, unless it says otherwise. */
function defaultRequests(container: Fields): void {
  const resources = at(container, "resources");
  const limits = at(resources, "limits");
  if (Object.keys(limits).length === 0) return;
  resources["requests"] = { ...limits, ...at(resources, "requests") };
}

/** Defaults of a PodTemplateSpec at `template`. */
export function defaultPodTemplate(owner: Fields): void {
  const template = owner["template"];
  if (typeof template !== "object" || template === null) return;
  defaultPodSpec(ensure(template as Fields, "spec"));
}

function defaultPodSpec(spec: Fields): void {
  fill(spec, "dnsPolicy", "ClusterFirst");
  fill(spec, "restartPolicy", "Always");
  fill(spec, "securityContext", {});
  fill(spec, "terminationGracePeriodSeconds", 30);
  fill(spec, "schedulerName", "default-scheduler");
  // The old name of the field is kept equal to the new one.
  const account = text(spec, "serviceAccountName") || text(spec, "serviceAccount");
  if (account !== "") {
    spec["serviceAccountName"] = account;
    spec["serviceAccount"] = account;
  }
  for (const list of ["containers", "initContainers", "ephemeralContainers"]) {
    for (const container of each(spec, list)) defaultContainer(container);
  }
  for (const volume of each(spec, "volumes")) defaultVolume(volume);
  roundResources(at(spec, "overhead"));
  roundResources(at(spec, "resources", "limits"));
  roundResources(at(spec, "resources", "requests"));
}

function defaultContainer(container: Fields): void {
  fill(container, "terminationMessagePath", "/dev/termination-log");
  fill(container, "terminationMessagePolicy", "File");
  fill(container, "imagePullPolicy", pullPolicy(text(container, "image")));
  for (const port of each(container, "ports")) fill(port, "protocol", "TCP");
  for (const variable of each(container, "env")) {
    const field = at(variable, "valueFrom", "fieldRef");
    if (at(variable, "valueFrom")["fieldRef"] !== undefined) fill(field, "apiVersion", "v1");
    const file = at(variable, "valueFrom")["fileKeyRef"];
    if (file !== undefined) fill(file as Fields, "optional", false);
  }
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    if (container[probe] !== undefined) defaultProbe(at(container, probe));
  }
  for (const hook of ["postStart", "preStop"]) defaultHttpGet(at(container, "lifecycle", hook));
  roundResources(at(container, "resources", "limits"));
  roundResources(at(container, "resources", "requests"));
}

const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const reference = new RegExp(
  `^(?:${host}/)?${component}(?:/${component})*(?::(\\w[\\w.-]{0,127}))?(?:@${digest})?$`,
);

/** The policy an image's tag asks for: a moving tag is pulled each time. */
function pullPolicy(image: string): string {
  const [whole, tag] = reference.exec(image) ?? [];
  // What is no reference has no tag either.
  if (whole === undefined) return "IfNotPresent";
  return tag === "latest" || (tag === undefined && !image.includes("@")) ? "Always" : "IfNotPresent";
}

function defaultProbe(probe: Fields): void {
  fill(probe, "timeoutSeconds", 1);
  fill(probe, "periodSeconds", 10);
  fill(probe, "successThreshold", 1);
  fill(probe, "failureThreshold", 3);
  defaultHttpGet(probe);
  const grpc = at(probe, "grpc");
  if (grpc["port"] !== undefined) fill(grpc, "service", "");
}

function defaultHttpGet(handler: Fields): void {
  const get = at(handler, "httpGet");
  if (handler["httpGet"] === undefined) return;
  fill(get, "path", "/");
  fill(get, "scheme", "HTTP");
}

const modeSources = ["secret", "configMap", "downwardAPI", "projected"];

function defaultVolume(volume: Fields): void {
  const source = Object.keys(volume).find((key) => key !== "name");
  if (source === undefined) {
    volume["emptyDir"] = {};
    return;
  }
  const body = at(volume, source);
  if (modeSources.includes(source)) fill(body, "defaultMode", 420);
  statedDefaults("Volume", source, body);
  if (source === "hostPath") fill(body, "type", "");
  if (source === "image") fill(body, "pullPolicy", pullPolicy(text(body, "reference")));
  if (source === "ephemeral" && body["volumeClaimTemplate"] !== undefined) {
    fill(at(body, "volumeClaimTemplate", "spec"), "volumeMode", "Filesystem");
  }
  for (const item of each(body, "items")) defaultDownwardItem(item);
  for (const projection of each(body, "sources")) {
    const token = at(projection, "serviceAccountToken");
    if (projection["serviceAccountToken"] !== undefined) fill(token, "expirationSeconds", 3600);
    for (const item of each(projection["downwardAPI"], "items")) defaultDownwardItem(item);
  }
}

function defaultDownwardItem(item: Fields): void {
  if (item["fieldRef"] !== undefined) fill(at(item, "fieldRef"), "apiVersion", "v1");
}

/** Defaults the schema of a volume source states itself (iscsi, rbd, azureDisk, scaleIO), and the one it forgets. */
export function statedDefaults(owner: "Volume" | "PersistentVolumeSpec", source: string, body: Fields): void {
  const type = builtinType(`api.core.v1.${owner}`).fields?.get(source)?.type;
  for (const [name, field] of type?.fields ?? []) {
    if (field.default !== undefined) fill(body, name, field.default);
  }
  if (source === "azureDisk" && type !== undefined) fill(body, "readOnly", false);
}

const milli = 1_000_000n;

/** Amounts finer than a thousandth are rounded up. */
export function roundResources(amounts: Fields): void {
  for (const name of Object.keys(amounts)) {
    const value = amounts[name];
    if (typeof value !== "string" || !/[nu]$/.test(value)) continue;
    const quantity = parseQuantity(value);
    if (quantity === undefined || quantity.nanos % milli === 0n) continue;
    const up = quantity.nanos > 0n ? milli - (quantity.nanos % milli) : -(quantity.nanos % milli);
    amounts[name] = printQuantity({ ...quantity, nanos: quantity.nanos + up });
  }
}
