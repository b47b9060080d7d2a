/**
 * Which part of the control plane may import which (docs/decisions/0002-imports-point-downwards.md). A part
 * may import what stands in its list and itself; every other part under core/ is refused.
 */
const mayImport = {
  base: [],
  model: ["base"],
  ports: ["base", "model"],
  charts: ["base", "model", "ports"],
  kustomize: ["base", "model", "ports"],
  reconciler: ["base", "model", "ports"],
  blueprint: ["base", "model", "ports", "charts", "kustomize"],
  controllers: ["base", "model", "ports", "charts", "kustomize", "blueprint", "reconciler"],
  provisioning: ["base", "model", "ports", "charts", "kustomize", "blueprint", "reconciler"],
  projector: ["base", "model", "ports", "charts", "kustomize", "blueprint", "reconciler"],
  api: [
    "base",
    "model",
    "ports",
    "charts",
    "kustomize",
    "blueprint",
    "reconciler",
    "controllers",
    "provisioning",
    "projector",
  ],
  adapters: ["base", "model", "ports", "adapters"],
  embedded: ["base", "model", "ports", "charts", "kustomize", "reconciler", "embedded"],
};

const reasons = {
  base: "base is what everything stands on: durations, digests, errors. It knows nothing above it.",
  model: "model says what the kinds are, for every reader: it does no work and needs no ports.",
  ports: "a port is an interface: an implementation behind it must stay replaceable.",
  charts: "rendering is a pure function of its input: it knows no controllers, servers or clients.",
  kustomize: "building is a pure function of its input: it knows no controllers, servers or clients.",
  reconciler: "the reconciler runs any controller, so it knows none of them.",
  blueprint: "a Blueprint is checked, planned and packed alike by the API, a push and the command line.",
  controllers:
    "controllers reach the world through ports, so that they run against any server of the protocol.",
  provisioning:
    "provisioning ends in a commit through a port: it never reads the projection or a server directly.",
  projector: "the projection is made from events alone, so that it can be rebuilt from them.",
  api: "the API answers from the projection and writes through provisioning: which servers stand behind is composed in apps.",
  adapters: "an adapter is one client of one wire protocol: it carries no rules of the control plane.",
  embedded:
    "an embedded server speaks a standard protocol to anyone: it knows no rules of the control plane.",
};

const tests = "\\.(test|contract)\\.tsx?$|/testing/";

const layers = Object.entries(mayImport).map(([part, allowed]) => ({
  name: `imports-of-${part}`,
  comment: reasons[part],
  severity: "error",
  from: { path: `^core/${part}/`, pathNot: tests },
  to: { path: "^core/", pathNot: `^core/(${[part, ...allowed].join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...layers,
    {
      name: "nobody-imports-apps",
      comment: "an app only composes: what another part needs of it belongs further down.",
      severity: "error",
      from: { path: "^core/", pathNot: "^core/apps/" },
      to: { path: "^core/apps/" },
    },
    {
      name: "imports-of-console",
      comment: "the console runs in a browser and sees the Sovereign through the API alone.",
      severity: "error",
      from: { path: "^core/console/src/", pathNot: tests },
      to: { path: "^core/", pathNot: "^core/(console|model)/" },
    },
    {
      name: "console-imports-types-of-model",
      comment:
        "the kinds' types cost a browser nothing, their schemas do: what a form needs comes from the API.",
      severity: "error",
      from: { path: "^core/console/src/", pathNot: tests },
      to: { path: "^core/model/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "a-package-is-entered-by-its-name",
      comment: "another package is imported by what its `exports` offer; a relative path goes around them.",
      severity: "error",
      from: { path: "^(core/(?:(?:adapters|embedded|apps)/)?[^/]+)/" },
      to: { path: "^core/", pathNot: "^$1/", dependencyTypes: ["local"] },
    },
    {
      name: "no-cycle",
      comment: "files that need each other are one file, or hide a third that both need.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-import-of-tests",
      comment: "a test may use the product, never the other way round.",
      severity: "error",
      from: { pathNot: `${tests}|^tests/` },
      to: { path: tests },
    },
    {
      name: "every-import-resolves",
      comment: "an import that resolves to nothing escapes every rule above.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json"],
    },
  },
};
