import type { FastifyInstance, FastifySchemaCompiler, FastifyServerOptions } from "fastify";

type FastifySerializerCompiler = Parameters<FastifyInstance["setSerializerCompiler"]>[0];
type Validate = ReturnType<FastifySchemaCompiler<unknown>>;
type Serialize = ReturnType<FastifySerializerCompiler>;

interface Compilers {
  readonly validator: FastifySchemaCompiler<unknown>;
  readonly serializer: FastifySerializerCompiler;
}

async function loadCompilers(): Promise<Compilers> {
  const [{ TypeBoxValidatorCompiler }, { SerializerSelector }] = await Promise.all([
    import("@fastify/type-provider-typebox"),
    import("@fastify/fast-json-stringify-compiler"),
  ]);
  return {
    validator: TypeBoxValidatorCompiler as FastifySchemaCompiler<unknown>,
    serializer: SerializerSelector()({}, {}) as FastifySerializerCompiler,
  };
}

/** What fastify compiles the schemas of routes with. */
export interface LateCompilers {
  readonly schemaController: NonNullable<FastifyServerOptions["schemaController"]>;
  /** Loads what compiles; to be awaited by every request before it is validated. */
  load(): Promise<void>;
}

/**
 * Compiles the schema of what a route takes or answers with the first request that needs it, and loads what compiles
 * with the first request of all: every schema at once would hold up the start.
 */
export function lateCompilers(): LateCompilers {
  let loading: Promise<void> | undefined;
  let compilers: Compilers | undefined;
  const loaded = (): Compilers => {
    if (compilers === undefined) throw new Error("a request is validated before the compilers are loaded");
    return compilers;
  };
  const buildValidator = () => (route: Parameters<Compilers["validator"]>[0]) => {
    let validate: Validate | undefined;
    return (value: unknown) => {
      validate ??= loaded().validator(route);
      return validate(value);
    };
  };
  const buildSerializer = () => (route: Parameters<Compilers["serializer"]>[0]) => {
    let serialize: Serialize | undefined;
    return (answer: unknown) => {
      serialize ??= loaded().serializer(route);
      return serialize(answer);
    };
  };
  return {
    schemaController: { compilersFactory: { buildValidator, buildSerializer } } as never,
    load: () => {
      loading ??= loadCompilers().then((made) => {
        compilers = made;
      });
      return loading;
    },
  };
}
