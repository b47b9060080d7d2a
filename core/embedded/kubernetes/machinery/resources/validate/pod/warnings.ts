import { addressWarnings } from "../../../validate/addresses.ts";
import { dnsLabel } from "../../../validate/names.ts";
import { Place } from "../../../validate/place.ts";
import { at, type Fields, text } from "../../fields.ts";
import { claimSpecWarnings } from "../volume/warnings.ts";
import { appArmorOfContainer } from "./annotations.ts";
import { containersOf } from "./containers-of.ts";
import { deprecatedLabels, nodeTermWarnings } from "./node-labels.ts";
import { overlapWarnings } from "./overlaps.ts";
import { portWarnings } from "./port-warnings.ts";
import { nanos } from "./resources.ts";

/** What a writer is told of a new Pod. Source: Kubernetes' `pkg/api/pod/warnings.go`. */
export function podWarnings(pod: Fields, stored: Fields | undefined): readonly string[] {
  if (stored !== undefined) return [];
  const name = text(at(pod, "metadata"), "name");
  const faults = dnsLabel(name);
  const why =
    "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  const ofName = faults.length === 0 ? [] : [`metadata.name: ${why}: [${faults.join(" ")}]`];
  return [...ofName, ...warningsOf(new Place("", pod, []), false)];
}

/** What a node is told of the addresses it says a Pod has. */
export function podStatusWarnings(pod: Fields): readonly string[] {
  const status = new Place("status", pod["status"], []);
  return ["podIPs", "hostIPs"].flatMap((list) =>
    status
      .at(list)
      .items()
      .flatMap((entry) => addressWarnings(entry.at("ip").path, entry.at("ip").text)),
  );
}

/** What a writer is told of a template of Pods. */
export function templateWarnings(template: Fields, path: string): readonly string[] {
  return warningsOf(new Place(path, template, []), true);
}

function warningsOf(owner: Place, isTemplate: boolean): readonly string[] {
  const spec = owner.at("spec");
  const annotations = owner.at("metadata", "annotations");
  return [
    ...placementWarnings(spec),
    ...annotationWarnings(annotations),
    ...spec.at("volumes").items().flatMap(volumeWarnings),
    ...overlapWarnings(spec.at("volumes")),
    ...repeated(spec.at("hostAliases"), "ip", "duplicate ip"),
    ...repeated(spec.at("imagePullSecrets"), "name", "duplicate name"),
    ...spec.at("imagePullSecrets").items().flatMap(emptySecretName),
    ...fractions(spec.at("overhead")),
    ...profileWarnings(spec, annotations, isTemplate),
    ...portWarnings(containersOf(spec)),
    ...(spec.at("terminationGracePeriodSeconds").number < 0
      ? [
          `${spec.path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...affinityWarnings(spec.at("affinity")),
    ...addressesOf(spec),
  ];
}

function placementWarnings(spec: Place): readonly string[] {
  const selector = spec
    .at("nodeSelector")
    .entries()
    .flatMap(([key, value]) => {
      const message = deprecatedLabels.get(key);
      return message === undefined ? [] : [`${value.path}: ${message}`];
    });
  const affinity = spec.at("affinity", "nodeAffinity");
  const required = affinity.at("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").items();
  const preferred = affinity.at("preferredDuringSchedulingIgnoredDuringExecution").items();
  const spread = spec
    .at("topologySpreadConstraints")
    .items()
    .flatMap((constraint) => {
      const topology = constraint.at("topologyKey");
      const message = deprecatedLabels.get(topology.text);
      return [
        ...(message === undefined ? [] : [`${topology.path}: ${topology.text} is ${message}`]),
        ...withoutSelector(constraint.at("labelSelector")),
      ];
    });
  return [
    ...selector,
    ...required.flatMap((term) => nodeTermWarnings(term, false)),
    ...preferred.flatMap((term) => nodeTermWarnings(term.at("preference"), true)),
    ...spread,
  ];
}

function withoutSelector(selector: Place): readonly string[] {
  return selector.isSet ? [] : [`${selector.path}: a null labelSelector results in matching no pod`];
}

function affinityWarnings(affinity: Place): readonly string[] {
  return ["podAffinity", "podAntiAffinity"].flatMap((key) => {
    const rules = affinity.at(key);
    const required = rules.at("requiredDuringSchedulingIgnoredDuringExecution").items();
    const preferred = rules.at("preferredDuringSchedulingIgnoredDuringExecution").items();
    const selectors = [
      ...required.map((term) => term.at("labelSelector")),
      ...preferred.map((term) => term.at("podAffinityTerm", "labelSelector")),
    ];
    return selectors.flatMap(withoutSelector);
  });
}

const deprecatedAnnotations: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod":
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

function annotationWarnings(annotations: Place): readonly string[] {
  return Object.entries(deprecatedAnnotations).flatMap(([key, message]) =>
    annotations.entry(key).isSet ? [`${annotations.entry(key).path}: ${message}`] : [],
  );
}

const deprecatedSources: Readonly<Record<string, string>> = {
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  gitRepo: "deprecated in v1.11, and disabled by default in v1.33+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
};

function volumeWarnings(volume: Place): readonly string[] {
  const old = Object.entries(deprecatedSources).flatMap(([source, message]) => {
    const name = source === "storageos" ? "storageOS" : source;
    return volume.at(source).isSet ? [`${volume.path}.${name}: ${message}`] : [];
  });
  const template = volume.at("ephemeral", "volumeClaimTemplate");
  return [...old, ...(template.isSet ? claimSpecWarnings(template.at("spec")) : [])];
}

function repeated(list: Place, key: string, what: string): readonly string[] {
  const seen = new Set<string>();
  return list.items().flatMap((item) => {
    const value = item.at(key);
    const isNew = !seen.has(value.text);
    seen.add(value.text);
    return isNew ? [] : [`${value.path}: ${what} ${JSON.stringify(value.text)}`];
  });
}

function emptySecretName(secret: Place): readonly string[] {
  return secret.at("name").text === "" ? [`${secret.at("name").path}: invalid empty name ""`] : [];
}

const inBytes = ["memory", "ephemeral-storage"];
const unit = 1_000_000_000n;

function fractions(amounts: Place, names: readonly string[] = inBytes): readonly string[] {
  return names.flatMap((name) => {
    const amount = amounts.entry(name);
    if (!amount.isSet || nanos(amount.value) % unit === 0n) return [];
    return [
      `${amount.path}: fractional byte value ${JSON.stringify(amount.text)} is invalid, must be an integer`,
    ];
  });
}

const seccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";

function profileWarnings(spec: Place, annotations: Place, isTemplate: boolean): readonly string[] {
  const warnings: string[] = [];
  const withoutEffect = (key: string, context: Place) => {
    if (context.at("seccompProfile").isSet || !annotations.entry(key).isSet) return;
    const { path } = annotations.entry(key);
    warnings.push(`${path}: non-functional in v1.27+; use the "seccompProfile" field instead`);
  };
  withoutEffect(seccompOfPod, spec.at("securityContext"));
  for (const container of containersOf(spec)) {
    const name = container.at("name").text;
    withoutEffect(seccompOfContainer + name, container.at("securityContext"));
    const appArmor = annotations.entry(appArmorOfContainer + name);
    const hasField = container.at("securityContext", "appArmorProfile").isSet;
    if (isTemplate && !hasField && appArmor.isSet && !isProfile(spec, appArmor.text)) {
      warnings.push(`${appArmor.path}: deprecated since v1.30; use the "appArmorProfile" field instead`);
    }
    const resources = container.at("resources");
    warnings.push(
      ...inBytes.flatMap((bytes) =>
        ["limits", "requests"].flatMap((list) => fractions(resources.at(list), [bytes])),
      ),
    );
    warnings.push(...hiddenVariables(container.at("env")));
  }
  return warnings;
}

/** Tells whether the Pod's own profile is the one an annotation names. */
function isProfile(spec: Place, annotation: string): boolean {
  const profile = spec.at("securityContext", "appArmorProfile");
  const [, local] = /^localhost\/(.*)$/s.exec(annotation) ?? [];
  const type = profile.at("type").text;
  if (local !== undefined) return type === "Localhost" && profile.at("localhostProfile").text === local;
  if (annotation === "runtime/default") return type === "RuntimeDefault";
  return annotation === "unconfined" && type === "Unconfined";
}

/** A second value of a variable is fine when it is made of the first. */
function hiddenVariables(variables: Place): readonly string[] {
  const seen = new Set<string>();
  return variables.items().flatMap((variable) => {
    const name = variable.at("name").text;
    const reference = `$(${name})`;
    const value = variable.at("value").text;
    const isRepeated = seen.has(name);
    seen.add(name);
    const isMade = !variable.at("valueFrom").isSet && value !== reference && value.includes(reference);
    if (!isRepeated || isMade) return [];
    const shown = JSON.stringify(name);
    return [`${variable.path}: hides previous definition of ${shown}, which may be dropped when using apply`];
  });
}

function addressesOf(spec: Place): readonly string[] {
  const addresses = [
    ...spec.at("dnsConfig", "nameservers").items(),
    ...spec
      .at("hostAliases")
      .items()
      .map((alias) => alias.at("ip")),
  ];
  return addresses.flatMap((address) => addressWarnings(address.path, address.text));
}
