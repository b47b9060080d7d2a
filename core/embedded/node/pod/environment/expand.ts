/** Replaces `$(NAME)` by its value where there is one; `$$(NAME)` stands for the text `$(NAME)`. */
export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]+)\)/g, (match, name: string | undefined) =>
    name === undefined ? "$" : (values.get(name) ?? match),
  );
}
