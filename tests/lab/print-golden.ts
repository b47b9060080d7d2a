/** Prints lists of answers by name, one answer on a line: a diff shows which changed. */
export function printLists(lists: Readonly<Record<string, readonly unknown[]>>): string {
  const blocks = Object.entries(lists).map(
    ([name, list]) => `${JSON.stringify(name)}:[\n${list.map((each) => JSON.stringify(each)).join(",\n")}\n]`,
  );
  return `{\n${blocks.join(",\n")}\n}\n`;
}
