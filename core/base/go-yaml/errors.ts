/** A text that go-yaml refuses; the message is go-yaml's, `yaml: line 3: did not find expected key`. */
export class GoYamlError extends Error {
  override readonly name = "GoYamlError";

  /** `line` is as go-yaml prints it; 0 leaves it out. What other libraries say of a text has no `source`. */
  constructor(problem: string, line = 0, source = "yaml: ") {
    super(`${source}${line === 0 ? "" : `line ${line}: `}${problem}`);
  }
}
