/** One request to an API server, in the terms both a real one and the machinery understand. */
export interface Step {
  readonly verb: "create" | "update" | "patch" | "apply" | "get" | "table";
  /** `apps/v1/Deployment`, `v1/Secret`. */
  readonly kind: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly manager?: string;
  readonly force?: boolean;
  readonly patchType?: "json" | "merge" | "strategic";
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
  /** The body; a function is given what the server holds of `name`. */
  readonly body?: unknown;
  /** Changes what the server holds of `name`, for an update. */
  readonly change?: (held: Record<string, unknown>) => unknown;
  /** What is answered isn't compared, only its status: a controller had a hand in it. */
  readonly shared?: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What is compared of an answer to a step. */
export function comparableAnswer(step: Step, answer: Answer): unknown {
  return comparable(step.shared === true ? { status: answer.status } : answer);
}

interface Refusal {
  readonly message: string;
  readonly details: { readonly causes: readonly unknown[] };
}

/** The message repeats the causes, which come in no particular order. */
function isRefusalOfMany(value: unknown): value is Refusal {
  const { message, details } = (value ?? {}) as Partial<Refusal>;
  if (!Array.isArray(details?.causes) || message === "<all causes>") return false;
  return details.causes.length > 1;
}

const changing = new Set(["uid", "resourceVersion", "creationTimestamp", "time", "selfLink"]);

/** What a step of the verb `table` is answered with. */
interface Row {
  readonly columns: readonly { readonly name: string }[];
  readonly cells: readonly unknown[];
}

function isRow(value: object): value is Row {
  const { columns, cells } = value as Partial<Row>;
  return Array.isArray(columns) && Array.isArray(cells);
}

/** Columns that tell how long ago something was. */
const ageColumns = new Set(["Age", "Last Seen", "First Seen", "Last Schedule", "Duration"]);

function withoutAges({ columns, cells }: Row): Row {
  const isAge = (cell: unknown, index: number) =>
    ageColumns.has(columns[index]?.name ?? "") && /^(\d+[smhdy])+$/.test(String(cell));
  return { columns, cells: cells.map((cell, index) => (isAge(cell, index) ? "<age>" : cell)) };
}

/** Replaces what differs from run to run, and puts keys in order. */
export function comparable(value: unknown, key = ""): unknown {
  if (isRefusalOfMany(value)) return comparable({ ...value, message: "<all causes>" });
  if (Array.isArray(value)) {
    const items = value.map((item) => comparable(item));
    // The server lists conflicts in no particular order.
    if (key !== "causes") return items;
    const unique = new Map(items.map((item) => [JSON.stringify(item), item]));
    return [...unique.values()].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(isRow(value) ? withoutAges(value) : value)
        .filter(([, item]) => item !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, item]) => [name, comparable(item, name)]),
    );
  }
  if (typeof value !== "string") return value;
  if (changing.has(key) && value !== "") return `<${key}>`;
  return value
    .replace(/\n@@ [\s\S]*$/, "")
    .replace(/\bselfType\d+/g, "selfType")
    .replace(/Invalid value: "\{.*\}": /s, 'Invalid value: "<object>": ')
    .replace(/Invalid value: \{.*\}: field is immutable/s, "Invalid value: <object>: field is immutable")
    .replace(/Invalid value: \{.*\}: only \[/s, "Invalid value: <schema>: only [")
    .replace(/Invalid value: \[\{.*\}\]: must/s, "Invalid value: <list>: must")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<time>");
}
