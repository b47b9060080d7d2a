import type { FieldFault } from "../../../status.ts";
import { networkFamily, networkWarnings } from "../../../validate/addresses.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { checkNetwork } from "../../../validate/place-addresses.ts";
import { at, type Fields, text, texts } from "../../fields.ts";
import { checkAmount } from "../pod/resources.ts";
import { checkTaints } from "../pod/scheduling.ts";

const taintsAnnotation = "scheduler.alpha.kubernetes.io/taints";

/** Everything wrong with a Node. Source: Kubernetes' `pkg/apis/core/validation`. */
export function validateNode(node: Fields): readonly FieldFault[] {
  return faultsAt("", node, (place) => {
    const metadata = place.at("metadata");
    checkTaintsAnnotation(metadata.at("annotations"));
    // Upstream places a Node's taints in its metadata.
    checkTaints(metadata.called("taints", place.at("spec", "taints").value));
    checkReported(place.at("status"));
    const swap = place.at("status", "nodeInfo", "swap", "capacity");
    if (swap.isSet && swap.number <= 0) {
      metadata
        .called("nodeSwapStatus", undefined)
        .called("capacity", swap.value)
        .invalid("must be greater than zero");
    }
    checkNetworks(place.at("spec", "podCIDRs"));
  });
}

function checkTaintsAnnotation(annotations: Place): void {
  const { text: taints } = annotations.entry(taintsAnnotation);
  if (taints === "") return;
  try {
    checkTaints(annotations.called(taintsAnnotation, JSON.parse(taints)));
  } catch (error) {
    annotations.invalid((error as Error).message, taintsAnnotation);
  }
}

function checkNetworks(list: Place): void {
  for (const network of list.items()) checkNetwork(network);
  if (list.size < 2) return;
  const families = new Set(list.texts.map(networkFamily));
  if (families.size < 2 || list.size > 2) {
    list.invalid("may specify no more than one CIDR for each IP family");
  }
}

const feature = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const longestFeature = 253;

/** What a node says of itself, at all times. */
function checkReported(status: Place): void {
  for (const key of ["capacity", "allocatable"]) {
    for (const [name, amount] of status.at(key).entries()) {
      checkAmount(status.at(key).called(name, amount.value), name);
    }
  }
  const features = status.at("declaredFeatures").items();
  features.forEach((one, index) => {
    checkFeature(one);
    const before = features[index - 1]?.text;
    if (before === one.text) one.duplicate();
    else if (before !== undefined && before > one.text) one.invalid("list must be sorted alphabetically");
  });
}

function checkFeature(one: Place): void {
  const name = JSON.stringify(one.text);
  if (one.text.length > longestFeature) {
    one.invalid(`invalid feature name ${name}: must be no more than ${longestFeature} characters`);
  } else if (!feature.test(one.text)) {
    one.invalid(
      `invalid feature name ${name}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
    );
  }
}

/** What an update of a Node may not change; holds for its status too. */
export function validateNodeUpdate(node: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  return faultsAt("", node, (place) => {
    checkReported(place.at("status"));
    checkNodeAddresses(place.at("status", "addresses"));
    const spec = place.at("spec");
    const networks = spec.at("podCIDRs");
    const held = texts(before, "podCIDRs");
    const isKept = networks.size === held.length && held.every((one, index) => networks.texts[index] === one);
    if (held.length > 0 && !isKept) {
      networks.forbidden('node updates may not change podCIDR except from "" to valid');
    }
    const provider = spec.at("providerID");
    if (text(before, "providerID") !== "" && provider.text !== text(before, "providerID")) {
      provider.forbidden('node updates may not change providerID except from "" to valid');
    }
    checkTaints(place.at("metadata").called("taints", spec.at("taints").value));
    if (spec.at("externalID").text !== text(before, "externalID")) {
      spec.at("externalID").forbidden("may not be updated");
    }
  });
}

function checkNodeAddresses(addresses: Place): void {
  const seen = new Set<string>();
  for (const address of addresses.items()) {
    const key = `${address.at("type").text} ${address.at("address").text}`;
    if (seen.has(key)) address.duplicate();
    seen.add(key);
  }
}

/** What a writer of a Node is told. */
export function nodeWarnings(node: Fields): readonly string[] {
  const spec = at(node, "spec");
  return [
    ...(text(spec, "externalID") === ""
      ? []
      : ["spec.externalID: this field is deprecated, and is unused by Kubernetes"]),
    ...texts(spec, "podCIDRs").flatMap((network, index) =>
      networkWarnings(`spec.podCIDRs[${index}]`, network),
    ),
  ];
}
