import { CatalystError, describeError } from "@catalyst/base/errors";
import { takeTurn } from "@catalyst/base/turns";
import { isKubernetesError, type KubeObject, type ResourceType } from "@catalyst/ports/kubernetes";
import { CachedObjects, typeKey } from "./cache.ts";
import { WorkQueue } from "./queue.ts";
import type { Controller, ControllersOptions, ReconcileRequest, RunningControllers } from "./reconciler.ts";
import { Reflector } from "./reflector.ts";

/** How many requests of one controller at once unless it says otherwise. */
const defaultConcurrency = 4;

/**
 * Runs controllers over one shared cache: one watch per kind, one queue per controller. No reconcile begins
 * before every cache holds its first snapshot.
 */
export function runControllers(options: ControllersOptions): RunningControllers {
  const { clusters, controllers, clock, logger } = options;
  const abort = new AbortController();
  const cache = new CachedObjects();
  const queues = new Map(
    controllers.map((controller) => [controller.name, new WorkQueue(clock, options.random ?? Math.random)]),
  );
  const reflectors = watchedTypes(controllers).map(
    (type) =>
      new Reflector(type, {
        clusters,
        cache,
        clock,
        logger,
        onChange: (...change) => notify(type, ...change),
      }),
  );

  function notify(
    type: ResourceType,
    cluster: string,
    object: KubeObject,
    previous: KubeObject | undefined,
  ): void {
    for (const controller of controllers) {
      const queue = queues.get(controller.name);
      if (sameType(controller.type, type) && (controller.selects?.(cluster, object) ?? true)) {
        queue?.add({ cluster, namespace: object.metadata.namespace, name: object.metadata.name });
      }
      for (const trigger of controller.triggers ?? []) {
        if (!sameType(trigger.type, type)) continue;
        try {
          for (const request of trigger.requests(cluster, object, previous, cache)) queue?.add(request);
        } catch (error) {
          // The others are to be told of the event all the same: it comes once.
          const { kind, metadata } = object;
          const about = { controller: controller.name, cluster, kind, name: metadata.name };
          logger.error("a trigger failed", { ...about, error: describeError(error) });
        }
      }
    }
  }

  async function work(controller: Controller, queue: WorkQueue): Promise<void> {
    for (;;) {
      const request = await queue.take();
      if (request === undefined) return;
      await takeTurn();
      await reconcileOne(controller, queue, request);
    }
  }

  async function reconcileOne(
    controller: Controller,
    queue: WorkQueue,
    request: ReconcileRequest,
  ): Promise<void> {
    const log = logger.child({ controller: controller.name, ...request });
    try {
      const object = cache.get(request.cluster, controller.type, request);
      const result = await controller.reconcile(request, {
        object,
        cache,
        clusters,
        clock,
        logger: log,
        signal: abort.signal,
      });
      queue.done(request);
      if (result.outcome !== "stalled" && result.recheckAfter !== undefined)
        queue.addAfter(request, result.recheckAfter);
    } catch (error) {
      const pause = queue.failed(request);
      if (abort.signal.aborted) return;
      const fields = {
        error: describeError(error),
        code: error instanceof CatalystError ? error.code : undefined,
        retryAfter: pause,
      };
      // Someone else wrote in between: ordinary, and put right by the next try.
      if (isKubernetesError(error, "kubernetes-conflict")) log.debug("reconcile met a newer version", fields);
      else log.warn("reconcile failed", fields);
    }
  }

  const running = reflectors.map((reflector) => reflector.run(abort.signal));
  const synced = Promise.all(reflectors.map((reflector) => reflector.synced)).then(() => undefined);
  let isSynced = false;
  void synced.then(() => {
    isSynced = true;
  });
  const working = synced.then(() =>
    Promise.all(
      controllers.flatMap((controller) => {
        const queue = queues.get(controller.name);
        const count = controller.concurrency ?? defaultConcurrency;
        return queue === undefined ? [] : Array.from({ length: count }, () => work(controller, queue));
      }),
    ),
  );

  return {
    cache,
    ready: () => synced,
    enqueue: (controller, request) => queues.get(controller)?.add(request),
    stop: async () => {
      abort.abort();
      for (const queue of queues.values()) queue.close();
      await Promise.all(running);
      // Workers begin only once everything is in the cache: without that there is nothing to wait for.
      if (isSynced) await working;
    },
  };
}

function sameType(a: ResourceType, b: ResourceType): boolean {
  return a.group === b.group && a.kind === b.kind;
}

function watchedTypes(controllers: readonly Controller[]): readonly ResourceType[] {
  const types = new Map<string, ResourceType>();
  for (const controller of controllers) {
    for (const type of [controller.type, ...(controller.triggers ?? []).map((trigger) => trigger.type)])
      types.set(typeKey(type), type);
  }
  return [...types.values()];
}
