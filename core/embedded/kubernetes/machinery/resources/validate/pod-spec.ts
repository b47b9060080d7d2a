import { isIP } from "node:net";
import type { FieldFault } from "../../status.ts";
import { duplicate, forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { validateAnnotations, validateLabels } from "../../validate/metadata.ts";
import { dnsLabel, dnsSubdomain } from "../../validate/names.ts";
import { at, each, type Fields, number, text } from "../fields.ts";
import { atLeast, namesOf, oneOf } from "./checks.ts";
import { validateContainer } from "./container.ts";

/** Everything wrong with the template of a workload, at `path` (`spec.template`). */
export function validatePodTemplate(
  template: Fields,
  path: string,
  restartPolicies: readonly string[] = ["Always"],
): readonly FieldFault[] {
  const metadata = at(template, "metadata");
  const spec = at(template, "spec");
  const faults = [
    ...validateLabels(at(metadata, "labels"), `${path}.labels`),
    ...validateAnnotations(at(metadata, "annotations"), `${path}.annotations`),
    ...validatePodSpec(spec, `${path}.spec`),
  ];
  const policy = text(spec, "restartPolicy");
  if (["Always", "OnFailure", "Never"].includes(policy) && !restartPolicies.includes(policy)) {
    faults.push(
      restartPolicies.length === 1
        ? unsupported(`${path}.spec.restartPolicy`, policy, restartPolicies)
        : required(
            `${path}.spec.restartPolicy`,
            `valid values: ${restartPolicies.map((one) => JSON.stringify(one)).join(", ")}`,
          ),
    );
  }
  return faults;
}

/** Everything wrong with a PodSpec. Source: Kubernetes' core validation. */
export function validatePodSpec(spec: Fields, path: string): readonly FieldFault[] {
  const volumes = each(spec, "volumes");
  const faults: FieldFault[] = [...validateVolumes(volumes, `${path}.volumes`)];
  const context = { volumes: new Set(namesOf(volumes)) };
  const names = new Set<string>();
  for (const list of ["initContainers", "containers"]) {
    const containers = each(spec, list);
    if (list === "containers" && containers.length === 0) faults.push(required(`${path}.containers`));
    containers.forEach((container, index) => {
      const at = `${path}.${list}[${index}]`;
      const name = text(container, "name");
      faults.push(...validateContainer(container, at, context));
      if (name !== "" && names.has(name)) faults.push(duplicate(`${at}.name`, name));
      names.add(name);
    });
  }
  faults.push(...oneOf(spec, "restartPolicy", ["Always", "OnFailure", "Never"], path));
  faults.push(
    ...oneOf(spec, "dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"], path),
  );
  const deadline = number(spec, "activeDeadlineSeconds");
  if (deadline !== undefined && deadline < 1) {
    faults.push(
      invalidValue(`${path}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"),
    );
  }
  for (const field of ["serviceAccountName", "nodeName"]) {
    const value = text(spec, field);
    if (value === "") continue;
    faults.push(...dnsSubdomain(value).map((fault) => invalidValue(`${path}.${field}`, value, fault)));
  }
  for (const field of ["hostname", "subdomain"]) {
    const value = text(spec, field);
    if (value !== "")
      faults.push(...dnsLabel(value).map((fault) => invalidValue(`${path}.${field}`, value, fault)));
  }
  each(spec, "hostAliases").forEach((alias, index) => {
    const ip = text(alias, "ip");
    if (isIP(ip) === 0) {
      faults.push(
        invalidValue(
          `${path}.hostAliases[${index}].ip`,
          ip,
          "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ),
      );
    }
  });
  each(spec, "imagePullSecrets").forEach((secret, index) => {
    if (text(secret, "name") === "") faults.push(required(`${path}.imagePullSecrets[${index}].name`));
  });
  each(spec, "tolerations").forEach((toleration, index) => {
    faults.push(
      ...oneOf(
        toleration,
        "effect",
        ["NoSchedule", "PreferNoSchedule", "NoExecute"],
        `${path}.tolerations[${index}]`,
      ),
    );
  });
  return faults;
}

function validateVolumes(volumes: readonly Fields[], path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const seen = new Set<string>();
  volumes.forEach((volume, index) => {
    const place = `${path}[${index}]`;
    const name = text(volume, "name");
    if (name === "") faults.push(required(`${place}.name`));
    else faults.push(...dnsLabel(name).map((fault) => invalidValue(`${place}.name`, name, fault)));
    const sources = Object.keys(volume).filter((key) => key !== "name");
    faults.push(
      ...sources
        .slice(1)
        .map((source) => forbidden(`${place}.${source}`, "may not specify more than 1 volume type")),
    );
    const [source] = sources;
    if (source === undefined) faults.push(required(place, "must specify a volume type"));
    else if (sources.length === 1)
      faults.push(...validateSource(source, at(volume, source), `${place}.${source}`));
    if (seen.has(name) && faults.length === 0) faults.push(duplicate(`${place}.name`, name));
    seen.add(name);
  });
  return faults;
}

/** The field each source can't do without. */
const sourceNames: Readonly<Record<string, string>> = {
  secret: "secretName",
  configMap: "name",
  persistentVolumeClaim: "claimName",
  hostPath: "path",
  csi: "driver",
};

function validateSource(source: string, body: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const needed = sourceNames[source];
  if (needed !== undefined && text(body, needed) === "") faults.push(required(`${path}.${needed}`));
  if (source === "nfs") {
    for (const field of ["server", "path"])
      if (text(body, field) === "") faults.push(required(`${path}.${field}`));
  }
  const mode = number(body, "defaultMode");
  if (mode !== undefined && (mode < 0 || mode > 0o777)) {
    faults.push(
      invalidValue(
        `${path}.defaultMode`,
        mode,
        "must be a number between 0 and 0777 (octal), both inclusive",
      ),
    );
  }
  each(body, "items").forEach((item, index) => {
    if (text(item, "path") === "") faults.push(required(`${path}.items[${index}].path`));
    if (source !== "downwardAPI" && text(item, "key") === "")
      faults.push(required(`${path}.items[${index}].key`));
  });
  return [...faults, ...atLeast(body, "sizeLimit", 0, path)];
}
