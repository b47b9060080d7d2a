import type { Place } from "../../../validate/place.ts";
import { checkDescending } from "../volume/paths.ts";
import { containersOf } from "./containers-of.ts";
import { checkTolerations } from "./scheduling.ts";

/** Says that a Pod only shows one that its node was told of otherwise. */
export const mirrorAnnotation = "kubernetes.io/config.mirror";
const deletionCost = "controller.kubernetes.io/pod-deletion-cost";
const tolerationsAnnotation = "scheduler.alpha.kubernetes.io/tolerations";
const seccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";
/** Before a container's name: the AppArmor profile it had before there was a field. */
export const appArmorOfContainer = "container.apparmor.security.beta.kubernetes.io/";

/** Checks the annotations that mean something to a Pod. */
export function checkPodAnnotations(annotations: Place, spec: Place): void {
  const mirror = annotations.entry(mirrorAnnotation);
  if (mirror.isSet && spec.at("nodeName").text === "") {
    mirror.invalid("must set spec.nodeName if mirror pod annotation is set");
  }
  checkTolerationsAnnotation(annotations);
  const cost = annotations.entry(deletionCost);
  if (cost.isSet && !isCost(cost.text)) cost.invalid("must be a 32bit integer");
  if (annotations.entry(seccompOfPod).isSet) checkSeccomp(annotations.at(seccompOfPod));
  for (const [key, value] of annotations.entries()) {
    if (key.startsWith(seccompOfContainer)) checkSeccomp(annotations.at(key));
    if (key.startsWith(appArmorOfContainer)) {
      const name = key.slice(appArmorOfContainer.length);
      const isThere = containersOf(spec).some((container) => container.at("name").text === name);
      if (!isThere) value.invalid("container not found", name);
      if (!isAppArmor(value.text)) {
        value.invalid(`invalid AppArmor profile name: ${JSON.stringify(value.text)}`);
      }
    }
  }
}

function isCost(text: string): boolean {
  if (!/^(-?\d+)$/.test(text) || /^0./.test(text)) return false;
  return Number(text) >= -2147483648 && Number(text) <= 2147483647;
}

function checkTolerationsAnnotation(annotations: Place): void {
  const text = annotations.entry(tolerationsAnnotation).text;
  if (text === "") return;
  try {
    checkTolerations(annotations.called(tolerationsAnnotation, JSON.parse(text)));
  } catch (error) {
    annotations.invalid((error as Error).message, tolerationsAnnotation);
  }
}

const local = "localhost/";

function checkSeccomp(profile: Place): void {
  if (["runtime/default", "docker/default", "unconfined"].includes(profile.text)) return;
  if (profile.text.startsWith(local)) checkDescending(profile, profile.text.slice(local.length));
  else profile.invalid("must be a valid seccomp profile");
}

function isAppArmor(profile: string): boolean {
  return ["", "runtime/default", "unconfined"].includes(profile) || profile.startsWith(local);
}

/** Checks that what an annotation says of a profile is what its field says. */
export function checkProfilesAgree(annotations: Place, spec: Place): void {
  const said = (key: string) => (annotations.entry(key).isSet ? annotations.entry(key).text : undefined);
  agree(spec.at("securityContext", "seccompProfile"), said(seccompOfPod), "seccomp");
  for (const container of containersOf(spec)) {
    const name = container.at("name").text;
    const context = container.at("securityContext");
    agree(context.at("seccompProfile"), said(seccompOfContainer + name), "seccomp");
  }
  if (spec.at("os", "name").text === "windows") return;
  const ofPod = spec.at("securityContext", "appArmorProfile");
  for (const container of containersOf(spec)) {
    const context = container.at("securityContext");
    const own = context.at("appArmorProfile");
    const profile = own.isSet ? own : context.called("appArmorProfile", ofPod.value);
    agree(profile, said(appArmorOfContainer + container.at("name").text), "apparmor");
  }
}

const otherTypes: Readonly<Record<string, readonly string[]>> = {
  Unconfined: ["unconfined"],
  RuntimeDefault: ["runtime/default"],
};

function agree(profile: Place, annotation: string | undefined, what: "seccomp" | "apparmor"): void {
  if (!profile.isSet || annotation === undefined) return;
  const type = profile.at("type");
  const values = otherTypes[type.text];
  if (values !== undefined) {
    const isOld = what === "seccomp" && type.text === "RuntimeDefault" && annotation === "docker/default";
    if (!values.includes(annotation) && !isOld) {
      type.forbidden(`${what} type in annotation and field must match`);
    }
  } else if (type.text === "Localhost") {
    const path = profile.at("localhostProfile");
    if (!annotation.startsWith(local)) type.forbidden(`${what} type in annotation and field must match`);
    else if (!path.isSet || annotation.slice(local.length) !== path.text) {
      path.forbidden(`${what} profile in annotation and field must match`);
    }
  }
}
