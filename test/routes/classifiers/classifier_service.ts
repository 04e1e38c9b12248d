import { classifierAliasesRoutes } from "../../../routes/classifiers/classifier_aliases.ts";
import { classifiersRoutes } from "../../../routes/classifiers/classifiers.ts";
import { predictRoutes } from "../../../routes/classifiers/predict.ts";
import { createApp } from "../../../routes/app.ts";
import { openClassifierStore } from "../../../src/classifiers/classifier_store.ts";
import type { ClassifierStore } from "../../../src/classifiers/classifiers.ts";
import { random } from "../../../src/random.ts";
import { keepsItsPromises } from "../../contract/promises.ts";
import { startService, type TestOptions, type TestService } from "../service.ts";

/** The service with its classifiers. */
export type ClassifierService = TestService & { classifiers: ClassifierStore };

/**
 * Starts the service of the tests with the routes of classifiers.
 *
 * @param options What differs from the usual.
 * @returns The service; dispose of it at the end.
 */
export async function startClassifiers(options: TestOptions = {}): Promise<ClassifierService> {
  const service = await startService(options);
  const classifiers = openClassifierStore(service.home);
  const services = { ...service.services, classifiers };
  const app = createApp(services);
  for (const routes of [classifiersRoutes, predictRoutes, classifierAliasesRoutes]) {
    app.route("/", routes(services));
  }
  const promises = keepsItsPromises(app);
  const ask: TestService["ask"] = (path, { token, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return promises.ask(path, { ...init, headers });
  };
  const json: TestService["json"] = async (method, path, body, { token } = {}) => {
    const headers = { "Content-Type": "application/json" };
    const content = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const response = await ask(path, { method, token, ...content });
    return { status: response.status, body: await response.json() };
  };
  return Object.assign(service, { classifiers, services, app, promises, ask, json });
}

/** The classes of the vectors, by what is largest of red, green and blue. */
export const CLASSES = ["red", "green", "blue"];

/**
 * Noisy vectors, one large number each.
 *
 * @param count N; the classes in turn.
 * @param seed Which noise is drawn.
 * @returns float32 `[3]` each, and what they are.
 */
export function colourVectors(count: number, seed = 1) {
  const source = random(seed);
  return Array.from({ length: count }, (_, at) => {
    const vector = Float32Array.from(
      { length: 3 },
      (_, axis) => (axis === at % 3 ? 1 : 0.3) + 0.2 * source.next(),
    );
    return { vector, label: CLASSES[at % 3] };
  });
}

/**
 * Fills a collection with labelled vectors of `colours@2`.
 *
 * @param service Where to.
 * @param options Its name, how many items it has, and how many of them have a label.
 */
export async function addVectors(
  { collections }: TestService,
  { name = "pictures", count = 60, labelled = count }: {
    name?: string;
    count?: number;
    labelled?: number;
  } = {},
): Promise<void> {
  await collections.create(name, { encoder: "colours@2", dimension: 3 });
  const items = colourVectors(count).map(({ vector, label }, at) => ({
    id: `${at}`,
    vector,
    label: at < labelled ? label : null,
  }));
  await collections.upsert(name, { encoder: "colours@2", items });
}
