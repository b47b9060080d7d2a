import type { Scenario, Step } from "../scenario.ts";
import { mapOf } from "./webhooks.ts";

const registered = "/apis/admissionregistration.k8s.io/v1";
const maps = "/api/v1/namespaces/default/configmaps";
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const ofMaps = { operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] };
const ofDeployments = {
  operations: ["*"],
  apiGroups: ["apps"],
  apiVersions: ["v1"],
  resources: ["deployments"],
};

type Sort = "Validating" | "Mutating";

function plural(sort: Sort, what: "policies" | "policybindings"): string {
  return `${registered}/${sort.toLowerCase()}admission${what}`;
}

function policy(sort: Sort, name: string, spec: object): Step {
  const matchConstraints = { resourceRules: [ofMaps] };
  const usual = sort === "Mutating" ? { reinvocationPolicy: "Never" } : {};
  return {
    method: "POST",
    path: plural(sort, "policies"),
    body: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: `${sort}AdmissionPolicy`,
      metadata: { name },
      spec: { matchConstraints, ...usual, ...spec },
    },
  };
}

function binding(sort: Sort, name: string, spec: object = {}): Step {
  const usual = sort === "Validating" ? { validationActions: ["Deny"] } : {};
  return {
    method: "POST",
    path: plural(sort, "policybindings"),
    body: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: `${sort}AdmissionPolicyBinding`,
      metadata: { name },
      spec: { policyName: name, ...usual, ...spec },
    },
  };
}

function forget(sort: Sort, name: string): readonly Step[] {
  return [
    { method: "DELETE", path: `${plural(sort, "policybindings")}/${name}` },
    { method: "DELETE", path: `${plural(sort, "policies")}/${name}` },
  ];
}

function create(name: string, more: object = {}): Step {
  return { method: "POST", path: `${maps}?dryRun=All`, body: mapOf(name, more) };
}

let count = 0;

/** A policy that is bound, and ConfigMaps that are tried with it. */
function tried(
  title: string,
  sort: Sort,
  spec: object,
  steps: readonly Step[],
  bound: object = {},
): Scenario {
  const name = `${sort.toLowerCase()}-${count++}`;
  return {
    name: title,
    steps: [policy(sort, name, spec), binding(sort, name, bound), ...steps, ...forget(sort, name)],
  };
}

function validating(
  title: string,
  spec: object,
  bound: object = {},
  steps: readonly Step[] = [create("tried")],
) {
  return tried(`a validating policy: ${title}`, "Validating", spec, steps, bound);
}

const says = (expression: string, more: object = {}) => ({ validations: [{ expression, ...more }] });

const validated: readonly Scenario[] = [
  validating("true", says("true")),
  validating("false", says("object.data.a == 'c'")),
  validating("its message", says("false", { message: " this is why " })),
  validating(
    "its messageExpression",
    says("false", { messageExpression: "'not ' + object.data.a", message: "no" }),
  ),
  validating(
    "a messageExpression that fails",
    says("false", { messageExpression: "object.data.none", message: "no" }),
  ),
  validating("a messageExpression of several lines", says("false", { messageExpression: "'a\\nb'" })),
  validating("its reason", says("false", { reason: "Forbidden" })),
  validating("another reason", says("false", { reason: "RequestEntityTooLarge" })),
  validating("an error", says("object.data.none == 'c'")),
  validating("an error that is ignored", { ...says("object.data.none == 'c'"), failurePolicy: "Ignore" }),
  validating("several failures", { validations: [{ expression: "false" }, { expression: "1 > 2" }] }),
  validating("a warning", says("false", { message: "careful" }), { validationActions: ["Warn", "Audit"] }),
  validating("variables", {
    variables: [
      { name: "count", expression: "size(object.data)" },
      { name: "twice", expression: "variables.count * 2" },
    ],
    validations: [
      { expression: "variables.twice > 2", messageExpression: "'is ' + string(variables.twice)" },
    ],
  }),
  validating("a variable that fails", {
    variables: [{ name: "none", expression: "object.data.none" }],
    validations: [{ expression: "variables.none == 'a'" }],
  }),
  validating(
    "what it knows of the request",
    says(
      "request.operation != 'CREATE' || request.userInfo.username != 'admin' || request.resource.resource != 'configmaps' || namespaceObject.metadata.name != 'default' || oldObject != null",
      { messageExpression: "request.namespace + '/' + request.name + ' ' + request.kind.kind" },
    ),
  ),
  validating("deletions", says("request.operation != 'DELETE' || oldObject.data.a == 'c'"), {}, [
    { method: "POST", path: maps, body: mapOf("undeletable") },
    { method: "DELETE", path: `${maps}/undeletable?dryRun=All` },
    { method: "PATCH", path: `${maps}/undeletable`, body: { data: { a: "c" } } },
    { method: "DELETE", path: `${maps}/undeletable` },
  ]),
  validating("transitions", says("oldObject == null || object.data.a == oldObject.data.a"), {}, [
    { method: "POST", path: maps, body: mapOf("fixed") },
    { method: "PATCH", path: `${maps}/fixed`, body: { data: { a: "c" } } },
    { method: "PATCH", path: `${maps}/fixed`, body: { data: { d: "c" } } },
    { method: "DELETE", path: `${maps}/fixed` },
  ]),
  validating("conditions that aren't met", {
    ...says("false"),
    matchConditions: [{ name: "other", expression: "request.name != 'tried'" }],
  }),
  validating("conditions that fail", {
    ...says("false"),
    matchConditions: [{ name: "broken", expression: "object.data.none == 'x'" }],
  }),
  validating("conditions that fail, ignored", {
    ...says("false"),
    failurePolicy: "Ignore",
    matchConditions: [{ name: "broken", expression: "object.data.none == 'x'" }],
  }),
  validating("what the caller may do", {
    ...says(
      "!authorizer.group('').resource('secrets').namespace('default').check('get').allowed() || !authorizer.path('/healthz').check('get').allowed() || authorizer.serviceAccount('default', 'default').group('').resource('secrets').namespace('default').check('get').allowed() || !authorizer.requestResource.check('delete').allowed()",
      { message: "as expected" },
    ),
  }),
  validating(
    "too much work",
    says(
      "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, a + b + c + d + e + f > 0))))))",
    ),
  ),
  validating("annotations", {
    auditAnnotations: [{ key: "seen", valueExpression: "object.data.a" }],
  }),
  validating("an annotation that fails", {
    auditAnnotations: [{ key: "seen", valueExpression: "object.data.none" }],
  }),
  validating(
    "one name only",
    {
      ...says("false"),
      matchConstraints: { resourceRules: [{ ...ofMaps, resourceNames: ["other"] }] },
    },
    {},
    [create("tried"), create("other")],
  ),
  validating(
    "exceptions",
    {
      ...says("false"),
      matchConstraints: {
        resourceRules: [ofMaps],
        excludeResourceRules: [{ ...ofMaps, resourceNames: ["spared"] }],
      },
    },
    {},
    [create("tried"), create("spared")],
  ),
  validating(
    "a binding for some",
    says("false"),
    {
      matchResources: { objectSelector: { matchLabels: { bound: "yes" } } },
    },
    [create("tried"), create("bound", { metadata: { name: "bound", labels: { bound: "yes" } } })],
  ),
  validating("no binding to another policy", says("false"), { policyName: "absent" }),
];

const parameters: readonly Step[] = [
  {
    method: "POST",
    path: maps,
    body: mapOf("param-a", { metadata: { name: "param-a", labels: { param: "yes" } } }),
  },
  {
    method: "POST",
    path: maps,
    body: mapOf("param-b", { metadata: { name: "param-b", labels: { param: "yes" } }, data: { a: "c" } }),
  },
];
const withoutParameters: readonly Step[] = [
  { method: "DELETE", path: `${maps}/param-a` },
  { method: "DELETE", path: `${maps}/param-b` },
];

function parameterized(title: string, paramRef: object | undefined, more: object = {}): Scenario {
  const spec = {
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    validations: [
      {
        expression: "params == null || object.data.a == params.data.a",
        messageExpression: "params.kind + ' ' + params.metadata.name + ' has ' + params.data.a",
      },
    ],
    ...more,
  };
  const { name, steps } = validating(`parameters, ${title}`, spec, { paramRef });
  return { name, steps: [...parameters, ...steps, ...withoutParameters] };
}

const parameterizedScenarios: readonly Scenario[] = [
  parameterized("none", undefined),
  parameterized("by name", { name: "param-b", namespace: "default", parameterNotFoundAction: "Deny" }),
  parameterized("by name in the namespace of the object", {
    name: "param-b",
    parameterNotFoundAction: "Deny",
  }),
  parameterized("by selector", {
    selector: { matchLabels: { param: "yes" } },
    parameterNotFoundAction: "Deny",
  }),
  parameterized("absent and denied", { name: "param-c", parameterNotFoundAction: "Deny" }),
  parameterized("absent and allowed", { name: "param-c", parameterNotFoundAction: "Allow" }),
  parameterized(
    "absent, denied and ignored",
    { name: "param-c", parameterNotFoundAction: "Deny" },
    { failurePolicy: "Ignore" },
  ),
  parameterized(
    "of an unknown kind",
    { name: "param-c", parameterNotFoundAction: "Deny" },
    { paramKind: { apiVersion: "example.com/v1", kind: "Unknown" } },
  ),
  parameterized(
    "of a cluster's kind in a namespace",
    { name: "x", namespace: "default", parameterNotFoundAction: "Deny" },
    { paramKind: { apiVersion: "v1", kind: "Node" } },
  ),
];

function mutating(
  title: string,
  spec: object,
  bound: object = {},
  steps: readonly Step[] = [create("tried")],
) {
  return tried(`a mutating policy: ${title}`, "Mutating", spec, steps, bound);
}

const applies = (expression: string) => ({
  mutations: [{ patchType: "ApplyConfiguration", applyConfiguration: { expression } }],
});
const patches = (expression: string) => ({
  mutations: [{ patchType: "JSONPatch", jsonPatch: { expression } }],
});

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "mutated" },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "a" } },
    template: { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "a", image: "a:1" }] } },
  },
};
const createDeployment: Step = { method: "POST", path: `${deployments}?dryRun=All`, body: deployment };
const onDeployments = { matchConstraints: { resourceRules: [ofDeployments] } };

const mutated: readonly Scenario[] = [
  mutating("labels", applies("Object{metadata: Object.metadata{labels: {'added': 'yes'}}}")),
  mutating("nothing", applies("Object{}")),
  mutating(
    "a condition in it",
    applies(
      "has(object.metadata.labels) ? Object{} : Object{metadata: Object.metadata{labels: {'from': object.metadata.name}}}",
    ),
  ),
  mutating(
    "a container by its name",
    {
      ...onDeployments,
      ...applies(
        "Object{spec: Object.spec{replicas: object.spec.replicas + 1, template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'a', imagePullPolicy: 'Always'}, Object.spec.template.spec.containers{name: 'b', image: 'b:1'}]}}}}",
      ),
    },
    {},
    [createDeployment],
  ),
  mutating(
    "an atomic list",
    {
      ...onDeployments,
      ...applies(
        "Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'a', args: ['x']}]}}}}",
      ),
    },
    {},
    [createDeployment],
  ),
  mutating(
    "an unknown field",
    { ...onDeployments, ...applies("Object{spec: Object.spec{unknown: 1}}") },
    {},
    [createDeployment],
  ),
  mutating(
    "a wrong type name",
    { ...onDeployments, ...applies("Object{spec: Object.other{replicas: 2}}") },
    {},
    [createDeployment],
  ),
  mutating(
    "a wrong type",
    { ...onDeployments, ...applies("Object{spec: Object.spec{replicas: 'two'}}") },
    {},
    [createDeployment],
  ),
  mutating("an error", applies("Object{metadata: Object.metadata{name: object.data.none}}")),
  mutating("an error that is ignored", {
    ...applies("Object{metadata: Object.metadata{name: object.data.none}}"),
    failurePolicy: "Ignore",
  }),
  mutating(
    "a patch",
    patches("[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a/b'), value: 'c'}]"),
  ),
  mutating(
    "a patch with an object",
    patches("[JSONPatch{op: 'add', path: '/metadata/labels', value: Object.metadata.labels{x: 'y'}}]"),
  ),
  mutating("a patch that tests", {
    mutations: [
      ...patches(
        "[JSONPatch{op: 'test', path: '/data/a', value: 'z'}, JSONPatch{op: 'remove', path: '/data/a'}]",
      ).mutations,
      ...patches(
        "[JSONPatch{op: 'test', path: '/data/a', value: 'b'}, JSONPatch{op: 'replace', path: '/data/a', value: 'd'}]",
      ).mutations,
    ],
  }),
  mutating("a patch of nothing", patches("[JSONPatch{op: 'remove', path: '/data/none'}]")),
  mutating("a patch to nowhere", patches("[JSONPatch{op: 'add', path: '/none/x', value: 'y'}]")),
  mutating("a patch by an unknown operation", patches("[JSONPatch{op: 'sort', path: '/data'}]")),
  mutating(
    "a patch with an unknown field",
    { ...onDeployments, ...patches("[JSONPatch{op: 'add', path: '/spec/unknown', value: 1}]") },
    {},
    [createDeployment],
  ),
  mutating(
    "variables and parameters",
    {
      paramKind: { apiVersion: "v1", kind: "ConfigMap" },
      variables: [{ name: "labels", expression: "{'of': params.metadata.name}" }],
      ...applies("Object{metadata: Object.metadata{labels: variables.labels}}"),
    },
    { paramRef: { name: "absent", namespace: "default", parameterNotFoundAction: "Deny" } },
  ),
  mutating(
    "conditions",
    {
      ...applies("Object{metadata: Object.metadata{labels: {'added': 'yes'}}}"),
      matchConditions: [{ name: "one", expression: "request.name == 'wanted'" }],
    },
    {},
    [create("tried"), create("wanted")],
  ),
  mutating("deletions", applies("Object{metadata: Object.metadata{labels: {'added': 'yes'}}}"), {}, [
    { method: "POST", path: maps, body: mapOf("gone") },
    { method: "DELETE", path: `${maps}/gone` },
  ]),
  mutating(
    "fields that may be left out",
    applies(
      "Object{metadata: Object.metadata{?annotations: object.metadata.?labels, labels: {'name': object.metadata.name, ?'gone': object.data.?none}}, ?data: object.?data}",
    ),
  ),
  mutating("a field that isn't optional", applies("Object{?metadata: Object.metadata{}}")),
  mutating(
    "patches that may be left out",
    patches(
      "[?(has(object.data) ? optional.of(JSONPatch{op: 'add', path: '/metadata/labels', value: {'data': 'yes'}}) : optional.none()), ?(has(object.immutable) ? optional.of(JSONPatch{op: 'remove', path: '/data'}) : optional.none())]",
    ),
  ),
  {
    name: "mutating policies that want to be asked again",
    steps: [
      policy("Mutating", "a-again", {
        ...applies(
          "has(object.metadata.labels) ? Object{metadata: Object.metadata{annotations: {'seen': 'labels'}}} : Object{}",
        ),
        reinvocationPolicy: "IfNeeded",
      }),
      binding("Mutating", "a-again"),
      policy("Mutating", "b-again", applies("Object{metadata: Object.metadata{labels: {'added': 'yes'}}}")),
      binding("Mutating", "b-again"),
      create("again"),
      ...forget("Mutating", "a-again"),
      ...forget("Mutating", "b-again"),
    ],
  },
];

function refusedPolicy(title: string, sort: Sort, spec: object): Scenario {
  const step = policy(sort, "refused", spec);
  return {
    name: `a ${sort.toLowerCase()} policy is refused: ${title}`,
    steps: [{ ...step, path: `${step.path}?dryRun=All` }],
  };
}

const refused: readonly Scenario[] = [
  refusedPolicy("no content", "Validating", {}),
  refusedPolicy("no rules", "Validating", { ...says("true"), matchConstraints: {} }),
  refusedPolicy("an unknown failurePolicy", "Validating", { ...says("true"), failurePolicy: "Maybe" }),
  refusedPolicy("a wrong paramKind", "Validating", {
    ...says("true"),
    paramKind: { apiVersion: "a/b/c", kind: "0x" },
  }),
  refusedPolicy("an empty paramKind", "Validating", { ...says("true"), paramKind: {} }),
  refusedPolicy("an empty expression", "Validating", says(" ")),
  refusedPolicy("what isn't an expression", "Validating", says("object.")),
  refusedPolicy("an unknown variable", "Validating", says("nobody == 1")),
  refusedPolicy("an unknown variable of its own", "Validating", says("variables.nobody == 1")),
  refusedPolicy("a text", "Validating", says("'true'")),
  refusedPolicy("anything", "Validating", says("object.data")),
  refusedPolicy("parameters without paramKind", "Validating", says("params.a == 1")),
  refusedPolicy("an unknown field of the request", "Validating", says("request.nobody == 1")),
  refusedPolicy("a wrong comparison", "Validating", says("request.name == 1")),
  refusedPolicy("an unknown reason", "Validating", says("true", { reason: "Because" })),
  refusedPolicy("an empty message", "Validating", says("true", { message: " " })),
  refusedPolicy("a message of lines", "Validating", says("true", { message: "a\nb" })),
  refusedPolicy("a messageExpression of a number", "Validating", says("true", { messageExpression: "1" })),
  refusedPolicy(
    "a messageExpression with authorizer",
    "Validating",
    says("true", { messageExpression: "string(authorizer.path('/x').check('get').allowed())" }),
  ),
  refusedPolicy("an annotation without key", "Validating", {
    auditAnnotations: [{ key: "", valueExpression: "'x'" }],
  }),
  refusedPolicy("annotations of one key", "Validating", {
    auditAnnotations: [
      { key: "a", valueExpression: "'x'" },
      { key: "a", valueExpression: "'y'" },
    ],
  }),
  refusedPolicy("an annotation of a number", "Validating", {
    auditAnnotations: [{ key: "a", valueExpression: "1" }],
  }),
  refusedPolicy("a condition of a number", "Validating", {
    ...says("true"),
    matchConditions: [{ name: "a", expression: "1" }],
  }),
  refusedPolicy("a condition with variables", "Validating", {
    ...says("true"),
    variables: [{ name: "a", expression: "true" }],
    matchConditions: [{ name: "a", expression: "variables.a" }],
  }),
  refusedPolicy("a wrong variable", "Validating", {
    ...says("true"),
    variables: [{ name: "a-b", expression: "1 +" }],
  }),
  refusedPolicy("a variable before its time", "Validating", {
    ...says("true"),
    variables: [
      { name: "a", expression: "variables.b" },
      { name: "b", expression: "1" },
    ],
  }),
  refusedPolicy("a variable of another type", "Validating", {
    ...says("variables.a == 'x'"),
    variables: [{ name: "a", expression: "1" }],
  }),
  refusedPolicy("a struct", "Validating", says("Object{a: 1} == Object{a: 1}")),
  refusedPolicy("no mutations", "Mutating", {}),
  refusedPolicy("no reinvocationPolicy", "Mutating", { ...applies("Object{}"), reinvocationPolicy: "" }),
  refusedPolicy("no patch type", "Mutating", { mutations: [{}] }),
  refusedPolicy("an unknown patch type", "Mutating", { mutations: [{ patchType: "Merge" }] }),
  refusedPolicy("no configuration", "Mutating", { mutations: [{ patchType: "ApplyConfiguration" }] }),
  refusedPolicy("an empty configuration", "Mutating", applies(" ")),
  refusedPolicy("both", "Mutating", {
    mutations: [
      {
        patchType: "JSONPatch",
        jsonPatch: { expression: "[]" },
        applyConfiguration: { expression: "Object{}" },
      },
      {
        patchType: "ApplyConfiguration",
        jsonPatch: { expression: "[]" },
        applyConfiguration: { expression: "Object{}" },
      },
    ],
  }),
  refusedPolicy("a configuration that is a map", "Mutating", applies("{'a': 1}")),
  refusedPolicy("a configuration of another type", "Mutating", applies("Object.spec{a: 1}")),
  refusedPolicy("a patch that is an object", "Mutating", patches("JSONPatch{op: 'add'}")),
  refusedPolicy("a patch with a wrong field", "Mutating", patches("[JSONPatch{op: 1, other: 2}]")),
  refusedPolicy("deletions", "Mutating", {
    ...applies("Object{}"),
    matchConstraints: { resourceRules: [{ ...ofMaps, operations: ["DELETE"] }] },
  }),
];

export const policyScenarios: readonly Scenario[] = [
  ...validated,
  ...parameterizedScenarios,
  ...mutated,
  ...refused,
];
