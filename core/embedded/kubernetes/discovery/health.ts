/** The checks this server has: that it answers, and its storage, by the name clients know. */
const checks = ["ping", "etcd"];

const isHealth = /^\/(healthz|livez|readyz)(?:\/(ping|etcd))?$/;

/**
 * What a path of health answers: `ok`, or with `?verbose` a line for each check; a check named by `?exclude` is left
 * out. Undefined for any other path. Source: apiserver's healthz handlers.
 */
export function healthAnswer(path: string, query: URLSearchParams): string | undefined {
  const [, whole, single] = isHealth.exec(path) ?? [];
  if (whole === undefined) return undefined;
  if (single !== undefined || !query.has("verbose")) return "ok";
  const excluded = new Set(query.getAll("exclude"));
  const lines = checks.map((check) =>
    excluded.delete(check) ? `[+]${check} excluded: ok` : `[+]${check} ok`,
  );
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => `"${name}"`).join(",");
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  return `${lines.join("\n")}\n${whole} check passed\n`;
}
