import { createApp } from "../../routes/app.ts";
import type { Services } from "../../routes/services.ts";
import { ADMIN_KEY, type TestService } from "../routes/service.ts";
import type { Operation } from "./operations.ts";
import { keepsItsPromises, type Promises } from "./promises.ts";

/** How a request is asked so that it is answered with a certain status. */
interface Way {
  /** Who is asked: the service itself unless told. */
  app?: Promises;
  /** The key that is sent: one that may do everything unless told, null for none. */
  key?: string | null;
  headers?: Record<string, string>;
  /** In place of the operation's own. */
  body?: () => BodyInit;
  /** Whether only operations that take a body can be asked so. */
  ofBodies?: boolean;
}

/**
 * What makes operations answer the statuses that they declare. Access, limits and faults are the
 * same for all operations, so each is provoked in one way for all; what is an operation's own is in
 * its `others`. What fails (500) is the store of keys, and for what needs none the encoders; what
 * takes too long (504) is every other store.
 *
 * @param service The service, which asks for keys.
 * @param limited A key of one request a minute that may do everything.
 * @returns What provokes a status of an operation, and says what was answered in each way.
 */
export function createProvoker({ services, promises }: TestService, limited: string) {
  const { access, limits, keys, encoders, collections, reembedder, classifiers, jobs } = services;
  const appWith = (other: Partial<Services>) =>
    keepsItsPromises(createApp({ ...services, ...other }));
  const ways: Record<number, Way> = {
    200: {},
    400: { body: () => "{", ofBodies: true },
    401: { key: null },
    403: {
      app: appWith({ access: { ...access, required: false, loopbackOnly: true } }),
      headers: { "Host": "elsewhere.example" },
    },
    408: { body: stuck, ofBodies: true },
    413: { body: () => "x".repeat(limits.maxBodyBytes + 1), ofBodies: true },
    415: { headers: { "Content-Type": "text/csv" }, ofBodies: true },
    429: { key: limited },
    500: { app: appWith({ keys: failing(keys), encoders: failing(encoders) }) },
    503: { app: appWith({ phase: () => "warming" }) },
    504: {
      app: appWith({
        limits: { ...limits, requestSeconds: 0.02 },
        encoders: hanging(encoders),
        collections: hanging(collections),
        reembedder: hanging(reembedder),
        classifiers: hanging(classifiers),
        jobs: { ...jobs, supervisor: hanging(jobs.supervisor) },
      }),
    },
  };

  async function send({ method, path, body, headers }: Operation, way: Way): Promise<number> {
    const { app = promises, key = ADMIN_KEY } = way;
    const response = await app.ask(path, {
      method,
      headers: {
        ...(key === null ? {} : { "Authorization": `Bearer ${key}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
        ...way.headers,
      },
      body: way.body?.() ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    await response.body?.cancel();
    return response.status;
  }

  return async (operation: Operation, status: number): Promise<number[]> => {
    const answered: number[] = [];
    const other = operation.others?.[status];
    if (other) answered.push(await send({ ...operation, ...other }, {}));
    const way = ways[status];
    const fits = way && !(way.ofBodies && operation.body === undefined);
    if (fits) answered.push(await send(operation, way));
    return answered;
  };
}

/** A body of which no more than its first byte comes. */
function stuck(): ReadableStream {
  return new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) });
}

/** What fails whatever it is asked. */
function failing<Store extends object>(store: Store): Store {
  const fail = () => {
    throw new Error("The disk is gone.");
  };
  return new Proxy(store, { get: () => fail });
}

/** What never answers. */
function hanging<Store extends object>(store: Store): Store {
  return new Proxy(store, { get: () => () => new Promise(() => {}) });
}
