/** Makes the error of a document that is past a limit. */
export type TooLarge = (message: string) => Error;

/** A document as it was written: what tags and anchors say is kept. */
export type Node = ScalarNode | SequenceNode | MappingNode | AliasNode;

export interface ScalarNode {
  readonly kind: "scalar";
  /** In full, as `tag:yaml.org,2002:int`; empty where none was written. */
  readonly tag: string;
  readonly text: string;
  /** Whether its form says what it is: it stands without quotes and tag. */
  readonly isImplicit: boolean;
}

export interface SequenceNode {
  readonly kind: "sequence";
  readonly items: Node[];
}

export interface MappingNode {
  readonly kind: "mapping";
  readonly entries: [key: Node, value: Node][];
}

export interface AliasNode {
  readonly kind: "alias";
  readonly name: string;
  readonly target: Node;
}
