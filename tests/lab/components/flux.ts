import { execFileSync } from "node:child_process";
import type { Component } from "../component.ts";
import { fluxControllerProcess } from "../flux-process.ts";
import type { GoProgram, ModulePath } from "../go-program.ts";
import { type Running, type StartContext, startServer } from "../process.ts";

const kustomizeModule = { module: "github.com/fluxcd/kustomize-controller", moduleVersion: "v1.9.5" };
const helmModule = { module: "github.com/fluxcd/helm-controller", moduleVersion: "v1.6.4" };
const sourceModule = { module: "github.com/fluxcd/source-controller", moduleVersion: "v1.9.5" };

function definitions(module: Omit<ModulePath, "path">): ModulePath {
  return { ...module, path: "config/crd/bases" };
}

function controllerProgram(module: Omit<ModulePath, "path">, program: string): GoProgram {
  return {
    kind: "go",
    ...module,
    siblingVersion: module.moduleVersion,
    programs: { [program]: "." },
    data: { crds: definitions(module) },
  };
}

/** Applies Kustomizations, as in Flux 2.9. */
export const kustomizeController: Component = {
  name: "kustomize-controller",
  version: "1.9.5",
  source: controllerProgram(kustomizeModule, "kustomize-controller"),
  after: ["kube-apiserver"],
  uses: ["kubectl", "flux-source-crds"],
  start: (context) => startController(context, "kustomize-controller"),
};

/** Installs HelmReleases, as in Flux 2.9. */
export const helmController: Component = {
  name: "helm-controller",
  version: "1.6.4",
  source: controllerProgram(helmModule, "helm-controller"),
  after: ["kube-apiserver"],
  uses: ["kubectl", "flux-source-crds"],
  start: (context) => startController(context, "helm-controller"),
};

/**
 * The definitions of Flux's source kinds. The controller itself can't be built from published modules; our
 * own source reconcilers serve the real kustomize- and helm-controller.
 */
export const sourceDefinitions: Component = {
  name: "flux-source-crds",
  version: "1.9.5",
  source: { kind: "go", ...sourceModule, programs: {}, data: { crds: definitions(sourceModule) } },
};

/** Applies the definitions it needs, then starts it outside the cluster. */
async function startController(context: StartContext, name: string): Promise<Running> {
  const kubeconfig = context.fact("kube-apiserver", "kubeconfig");
  const folders = [context.data("flux-source-crds", "crds"), context.data(name, "crds")];
  const kubectl = (...words: string[]) =>
    execFileSync(context.program("kubectl"), ["--kubeconfig", kubeconfig, ...words], { stdio: "ignore" });
  kubectl("apply", "--server-side", "--force-conflicts", ...folders.flatMap((folder) => ["-f", folder]));
  // A controller that starts before its kinds are served ends at once.
  kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  return startServer(context, await fluxControllerProcess(context.program(name), kubeconfig));
}
