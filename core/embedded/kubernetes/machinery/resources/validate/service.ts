import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { duplicate, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { validateLabels } from "../../validate/metadata.ts";
import { dnsLabel, dnsSubdomain, portName, portNumber } from "../../validate/names.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import { validateProtocol } from "./container.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/** Everything wrong with a Service. Source: Kubernetes' core validation. */
export function validateService(service: Fields): readonly FieldFault[] {
  const spec = at(service, "spec");
  const type = text(spec, "type");
  const ports = each(spec, "ports");
  const faults: FieldFault[] = [];
  const headless = texts(spec, "clusterIPs")[0] === "None" || spec["clusterIP"] === "None";
  if (type !== "ExternalName" && ports.length === 0 && !headless) faults.push(required("spec.ports"));
  if (type === "ExternalName") faults.push(...validateExternalName(text(spec, "externalName")));
  faults.push(...validatePorts(ports));
  faults.push(...validateLabels(at(spec, "selector"), "spec.selector"));
  if (!["ClientIP", "None"].includes(text(spec, "sessionAffinity"))) {
    faults.push(unsupported("spec.sessionAffinity", text(spec, "sessionAffinity"), ["ClientIP", "None"]));
  }
  if (!types.includes(type)) faults.push(unsupported("spec.type", type, types));
  if (headless && (type === "NodePort" || type === "LoadBalancer")) {
    faults.push(invalidValue("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${type} services`));
  }
  return faults;
}

function validateExternalName(name: string): readonly FieldFault[] {
  const host = name.replace(/\.$/, "");
  if (host === "") return [required("spec.externalName")];
  return dnsSubdomain(host).map((fault) => invalidValue("spec.externalName", host, fault));
}

function validatePorts(ports: readonly Fields[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const names = new Set<string>();
  const seen = new Set<string>();
  ports.forEach((port, index) => {
    const path = `spec.ports[${index}]`;
    const name = text(port, "name");
    if (name === "" && ports.length > 1) faults.push(required(`${path}.name`));
    if (name !== "") {
      faults.push(...dnsLabel(name).map((fault) => invalidValue(`${path}.name`, name, fault)));
      if (names.has(name)) faults.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    const value = number(port, "port") ?? 0;
    faults.push(...portNumber(value).map((fault) => invalidValue(`${path}.port`, value, fault)));
    faults.push(...validateProtocol(port, path));
    faults.push(...validateTarget(port["targetPort"], `${path}.targetPort`));
    const key = `${value}/${text(port, "protocol")}`;
    if (seen.has(key)) {
      const shown = {
        Name: "",
        Protocol: port["protocol"],
        AppProtocol: null,
        Port: value,
        TargetPort: 0,
        NodePort: 0,
      };
      faults.push(duplicate(path, shown));
    }
    seen.add(key);
  });
  return faults;
}

function validateTarget(target: unknown, path: string): readonly FieldFault[] {
  if (typeof target === "number") return portNumber(target).map((fault) => invalidValue(path, target, fault));
  return typeof target === "string" ? portName(target).map((fault) => invalidValue(path, target, fault)) : [];
}

/** A cluster address stays, unless the Service turns into or from an external name. */
export function validateServiceUpdate(service: Fields, stored: Fields): readonly FieldFault[] {
  const spec = at(service, "spec");
  const before = at(stored, "spec");
  if (spec["type"] === "ExternalName" || before["type"] === "ExternalName") return [];
  const held = texts(before, "clusterIPs")[0];
  if (held === undefined || jsonEqual(texts(spec, "clusterIPs")[0], held)) return [];
  return [invalidValue("spec.clusterIPs[0]", spec["clusterIPs"] ?? [], "may not change once set")];
}
