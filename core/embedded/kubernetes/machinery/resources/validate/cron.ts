const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

const names = [
  [],
  [],
  [],
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
];

const descriptors = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

/** What is wrong with a cron schedule of five fields; undefined when nothing is. */
export function cronFault(schedule: string): string | undefined {
  const text = schedule.trim();
  if (text.startsWith("@")) {
    const known = descriptors.has(text) || /^@every \S+$/.test(text);
    return known ? undefined : `unrecognized descriptor: ${text}`;
  }
  const fields = text.split(/\s+/);
  if (fields.length !== ranges.length) {
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
  }
  for (const [index, field] of fields.entries()) {
    const fault = fieldFault(field, index);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldFault(field: string, index: number): string | undefined {
  for (const part of field.split(",")) {
    const match = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part);
    if (match === null)
      return `failed to parse int from ${part}: strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`;
    for (const bound of [match[1], match[2]]) {
      if (bound === undefined || bound === "*" || bound === "?") continue;
      const fault = boundFault(bound, index, part);
      if (fault !== undefined) return fault;
    }
    if (match[3] === "0") return `step of range should be a positive number: ${part}`;
  }
  return undefined;
}

function boundFault(bound: string, index: number, part: string): string | undefined {
  if (names[index]?.includes(bound.toLowerCase())) return undefined;
  const value = Number(bound);
  const [low, high] = ranges[index] ?? [0, 0];
  if (Number.isNaN(value)) {
    return `failed to parse int from ${bound}: strconv.Atoi: parsing ${JSON.stringify(bound)}: invalid syntax`;
  }
  if (value < low) return `beginning of range (${value}) below minimum (${low}): ${part}`;
  return value > high ? `end of range (${value}) above maximum (${high}): ${part}` : undefined;
}
